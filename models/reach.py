"""Connections to hosts that an organization named: resolved once, each address checked, one of those checked used.

A name that is resolved a second time may mean another machine by then, so nothing here or after it does. TLS is the
caller's, over the socket, with the name that was asked for.
"""

import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from models.networks import may_be_reached
from models.resolving import getaddrinfo

Found = tuple[int, int, int, str, tuple[Any, ...]]  # as `socket.getaddrinfo` answers
Resolver = Callable[..., Any]  # of these


class Forbidden(Exception):  # noqa: N818  it reads as what it says
    """The host leads into a network that is not public; the sentence says what allows it."""


def connect(host: str, port: int, seconds: float, *, resolve: Resolver = getaddrinfo) -> socket.socket:
    """A TCP connection to a host that may be anybody's; its time-out is `seconds`.

    Args:
        host: a name or an address in any form.
        port: at it.
        seconds: how long finding and connecting may take together.
        resolve: in place of the system's resolver.

    Raises:
        Forbidden: one of its addresses is not public and in none of our own networks.
        OSError: it cannot be found or does not answer in time.
    """
    until = time.monotonic() + seconds
    found = checked(host, _resolved(host, port, seconds, resolve))
    for place, (family, kind, protocol, _, address) in enumerate(found, 1):
        share = (until - time.monotonic()) / (len(found) - place + 1)
        try:
            return _connected(socket.socket(family, kind, protocol), address, share, seconds)
        except OSError as error:
            failure = error
    raise failure


def checked(host: str, found: list[Found]) -> list[Found]:
    """The addresses of a host, of which not a single one may be forbidden.

    Raises:
        Forbidden: one is.
        OSError: there is none.
    """
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{host!r} has no address")
    for *_, address in found:
        if not may_be_reached(str(address[0])):
            where = f"{host!r} leads to {address[0]}, which is not in a public network"
            raise Forbidden(f"{where}; if that is meant, name its network in POSTERN_OWN_NETWORKS")
    return found


def _connected(made: socket.socket, address: tuple[Any, ...], share: float, seconds: float) -> socket.socket:
    try:
        made.settimeout(max(share, 0.001))
        made.connect(address)
        made.settimeout(seconds)
    except BaseException:
        made.close()
        raise
    return made


def _resolved(host: str, port: int, seconds: float, resolve: Resolver) -> list[Found]:
    """What the resolver says, if it says it in time: it has no time-out of its own, so another thread waits for it."""
    answers: queue.SimpleQueue[list[Found] | Exception] = queue.SimpleQueue()
    asking = threading.Thread(target=_ask, args=(host, port, resolve, answers), daemon=True, name="resolver")
    asking.start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no name server answered for {host!r} within {seconds:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask(host: str, port: int, resolve: Resolver, answers: "queue.SimpleQueue[list[Found] | Exception]") -> None:
    try:
        answers.put(resolve(host, port, type=socket.SOCK_STREAM))
    except OSError as error:
        answers.put(error)
    except (ValueError, OverflowError):  # a NUL, a label too long, a port that is none
        answers.put(socket.gaierror(socket.EAI_NONAME, f"{host!r}, port {port} cannot be an address"))
