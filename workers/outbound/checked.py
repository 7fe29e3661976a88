"""Connections to hosts that an organization named: resolved once, each address checked, one of those checked used."""

import queue
import socket
import threading
from time import monotonic
from typing import Any

from models.networks import may_be_reached


class Forbidden(OSError):  # noqa: N818  it reads as what it says
    """The host leads into a network that is not public; the sentence says what allows it."""


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to a host that may be anybody's; its time-out is `seconds`.

    Args:
        host: a name or an address.
        port: at it.
        seconds: how long finding and connecting may take in all.

    Raises:
        Forbidden: one of its addresses is not public and in none of our own networks.
        OSError: it cannot be found or does not answer in time.
    """
    until = monotonic() + seconds
    found = _resolved(host, port, seconds)
    for *_, address in found:
        if not may_be_reached(str(address[0])):
            raise Forbidden(
                f"{host} leads to {address[0]}, which is not in a public network; if that is meant, name its network"
                " in POSTERN_OWN_NETWORKS"
            )
    failure = OSError(f"{host} has no address")
    for place, (family, kind, protocol, _, address) in enumerate(found, 1):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(max((until - monotonic()) / (len(found) - place + 1), 0.001))
            made.connect(address)
        except OSError as error:
            made.close()
            failure = error
        else:
            made.settimeout(seconds)
            return made
    raise failure


def _resolved(host: str, port: int, seconds: float) -> list[Any]:
    """What the resolver says, if it says it in time: it has no time-out of its own, so another thread waits for it."""
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no name server answered for {host} within {seconds:g} s") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask(host: str, port: int, answers: "queue.SimpleQueue[list[Any] | OSError]") -> None:
    try:
        answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except OSError as error:
        answers.put(error)
    except ValueError:  # a NUL, a label too long
        answers.put(socket.gaierror(socket.EAI_NONAME, f"{host!r} cannot be an address"))
