"""What name servers say of services, mail servers and texts; how they are asked is `models.resolving`."""

from dataclasses import dataclass
from typing import Any

from gateway.failures import Temporary
from models.resolving import Silence, ask


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


def _ask(name: str, kind: str) -> Any:  # noqa: ANN401  records of any kind
    try:
        return ask(name, kind)
    except Silence as failure:
        raise Temporary(str(failure)) from None


def _name(said: Any) -> str:  # noqa: ANN401  a name as the library has it
    return str(said.to_text(omit_final_dot=True)).lower().removesuffix(".")
