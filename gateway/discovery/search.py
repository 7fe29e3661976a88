"""The sources of a mailbox's servers in order; the first that has an opinion wins, and what each said is told.

POP3 is for where nobody knows of IMAP.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway import dns
from gateway.discovery import autoconfig, known, srv, web
from gateway.discovery.values import Servers, parts
from gateway.failures import Permanent, Temporary

Source = Callable[[str], Servers | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search came to.

    Attributes:
        servers: those that were found.
        source: who named them, '' for nobody.
        silent: who knew nothing, and why if they could not be asked.
    """

    servers: Servers | None
    source: str
    silent: tuple[str, ...]


def by_autoconfig(urls: Iterable[str], address: str) -> Servers | None:
    """The servers that the first usable of some files names.

    Raises:
        Permanent, Temporary: none was usable, and the last could not be asked for.
    """
    failure: Exception | None = None
    for url in urls:
        try:
            content = web.get(url)
        except (Permanent, Temporary) as error:
            failure = error
            continue
        if content and (found := autoconfig.read(address, content)):
            return found
    if failure:
        raise failure
    return None


def _own_file(address: str) -> Servers | None:
    return by_autoconfig(autoconfig.pages(parts(address)[1]), address)


def _collection(address: str) -> Servers | None:
    return by_autoconfig(autoconfig.collection(parts(address)[1]), address)


def _records(address: str) -> Servers | None:
    domain = parts(address)[1]
    return srv.read(address, {name: dns.srv(f"{name}.{domain}") for name in srv.SERVICES})


def _exchangers(address: str) -> Servers | None:
    return known.behind(address, dns.mx(parts(address)[1]))


SOURCES: tuple[tuple[str, Source], ...] = (
    ("the list of known providers", known.read),
    ("the domain's own autoconfiguration", _own_file),
    ("Mozilla's collection", _collection),
    ("the domain's SRV records", _records),
    ("the domain's mail exchangers", _exchangers),
)


def search(address: str, sources: Iterable[tuple[str, Source]] = SOURCES) -> Outcome:
    """Look for the servers of an address.

    Args:
        address: of the mailbox.
        sources: whom to ask, in order.
    """
    silent: list[str] = []
    otherwise: tuple[Servers | None, str] = (None, "")
    for name, source in sources:
        try:
            found = source(address)
        except (Permanent, Temporary) as error:
            silent.append(f"{name}: {error}")
            continue
        if found and found.protocol == "imap":
            return Outcome(found, name, tuple(silent))
        if found and not otherwise[0]:
            otherwise = found, name
        silent.append(f"{name}: {'POP3 alone' if found else 'nothing'}")
    return Outcome(*otherwise, tuple(silent))
