"""Connections to relays that an organization named: resolved once, each address checked, one of those checked used."""

import socket
from time import monotonic

from models.networks import may_be_reached


class Forbidden(OSError):  # noqa: N818  it reads as what it says
    """The host leads into a network that is not public; the sentence says what allows it."""


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to a host that may be anybody's; its time-out is `seconds`.

    Args:
        host: a name or an address.
        port: at it.
        seconds: how long connecting may take in all.

    Raises:
        Forbidden: one of its addresses is not public and in none of our own networks.
        OSError: it cannot be found or does not answer in time.
    """
    until = monotonic() + seconds
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
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
