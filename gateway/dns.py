"""Questions to name servers: the system's, or those that the installation names.

An answer is nobody's word: what it leads to has to show a certificate, and an address is checked before it is used.
"""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.nameserver
import dns.resolver

from gateway.failures import Temporary
from models.settings import settings

SECONDS = 10.0  # for one question, however many servers are asked
PORT = 53


@dataclass(frozen=True, slots=True)
class Srv:
    """A place of a service (RFC 2782).

    Attributes:
        priority: the lowest first.
        weight: among those of one priority, how much of the load it takes.
        port: at `host`.
        host: without the last dot; '' says that the service is not there.
    """

    priority: int
    weight: int
    port: int
    host: str


def srv(name: str) -> tuple[Srv, ...]:
    """The places of a service, none if nobody says.

    Args:
        name: such as `_imaps._tcp.example.org`.

    Raises:
        Temporary: no server answered.
    """
    return tuple(Srv(one.priority, one.weight, one.port, _name(one.target)) for one in _ask(name, "SRV"))


def mx(domain: str) -> tuple[str, ...]:
    """The hosts that take mail for a domain, the preferred first; arguments and errors as `srv`."""
    found = sorted((one.preference, _name(one.exchange)) for one in _ask(domain, "MX"))
    return tuple(host for _, host in found if host)


def txt(name: str) -> tuple[str, ...]:
    """The texts of a name, each put together of its strings; errors as `srv`."""
    return tuple(b"".join(one.strings).decode("ascii", "replace") for one in _ask(name, "TXT"))


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
        found = [one.address for kind in ("A", "AAAA") for one in _ask(host, kind)]
    except Temporary as failure:
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


def _ask(name: str, kind: str) -> Any:  # noqa: ANN401  records of any kind
    try:
        return _resolver().resolve(name, kind, lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except ValueError:
        raise Temporary("POSTERN_NAME_SERVERS is no list of addresses such as 192.0.2.1 or 192.0.2.1:5353") from None
    except (dns.exception.DNSException, OSError) as error:
        raise Temporary(f"no name server answers for {name}: {type(error).__name__}") from None


def _resolver() -> dns.resolver.Resolver:
    said = settings().name_servers
    found = dns.resolver.Resolver(configure=not said)
    if said:
        found.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in name_servers(said)]
    return found


def _name(said: Any) -> str:  # noqa: ANN401  a `dns.name.Name`
    return str(said.to_text(omit_final_dot=True)).lower().removesuffix(".")
