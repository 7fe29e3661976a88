"""Questions to name servers: the system's, or those that the installation names.

An answer is nobody's word: what it leads to has to show a certificate, and an address is checked before it is used.
"""

import socket
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.nameserver
import dns.resolver

from models.settings import settings

SECONDS = 10.0  # for one question, however many servers are asked
PORT = 53


class Silence(Exception):  # noqa: N818  it reads as what it says
    """No name server answers, or none is named well; the sentence says which."""


def ask(name: str, kind: str) -> Any:  # noqa: ANN401  records of any kind
    """The records of a name, none if it has none of that kind.

    Args:
        name: of a host or a service.
        kind: such as `MX`.

    Raises:
        Silence: nobody said.
    """
    try:
        return _resolver().resolve(name, kind, lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except ValueError:
        raise Silence("POSTERN_NAME_SERVERS is no list of addresses such as 192.0.2.1 or 192.0.2.1:5353") from None
    except (dns.exception.DNSException, OSError) as error:
        raise Silence(f"no name server answers for {name}: {type(error).__name__}") from None


def getaddrinfo(host: str, port: int, **said: Any) -> Any:  # noqa: ANN401  as `socket.getaddrinfo`
    """As `socket.getaddrinfo`, which it is unless name servers are set: those then are asked and no file of hosts.

    Raises:
        OSError: there is no address.
    """
    if not settings().name_servers:
        return socket.getaddrinfo(host, port, **said)
    try:
        return socket.getaddrinfo(host, port, **{**said, "flags": socket.AI_NUMERICHOST})
    except socket.gaierror:
        pass
    try:
        found = [one.address for kind in ("A", "AAAA") for one in ask(host, kind)]
    except Silence as failure:
        raise socket.gaierror(socket.EAI_AGAIN, str(failure)) from None
    return [one for address in found for one in socket.getaddrinfo(address, port, **said)]


def name_servers(said: str) -> list[tuple[str, int]]:
    """Addresses and ports in a list such as `192.0.2.1, [2001:db8::1]:5353`.

    Raises:
        ValueError: one of them is none.
    """
    return [_place(part.strip()) for part in said.split(",") if part.strip()]


def _place(said: str) -> tuple[str, int]:
    host, colon, port = said.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = said, str(PORT)
    address = host.removeprefix("[").removesuffix("]")
    ip_address(address)
    return address, int(port)


def _resolver() -> dns.resolver.Resolver:
    said = settings().name_servers
    found = dns.resolver.Resolver(configure=not said)
    if said:
        found.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in name_servers(said)]
    return found
