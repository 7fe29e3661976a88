"""SRV records of a domain: where it says its mailboxes are (RFC 6186), TLS from the first byte preferred (RFC 8314)."""

from collections.abc import Mapping, Sequence

from gateway.discovery import known
from gateway.discovery.values import Protocol, Server, Servers, Tls, is_host, parts
from gateway.dns import Srv

IMAP: tuple[tuple[str, Tls], ...] = (("_imaps._tcp", "implicit"), ("_imap._tcp", "starttls"))
POP3: tuple[tuple[str, Tls], ...] = (("_pop3s._tcp", "implicit"), ("_pop3._tcp", "starttls"))
SMTP: tuple[tuple[str, Tls], ...] = (("_submissions._tcp", "implicit"), ("_submission._tcp", "starttls"))
SERVICES = tuple(name for name, _ in (*IMAP, *POP3, *SMTP))


def read(address: str, records: Mapping[str, Sequence[Srv]]) -> Servers | None:
    """The servers that records name.

    Whoever can forge an answer of a name server can name his own host, certificate and all. So it is vouched for only
    if the host lies in the domain itself (RFC 6186 section 6).

    Args:
        address: of the mailbox.
        records: those of each of `SERVICES`.
    """
    smtp = _best(address, records, SMTP)
    protocol: Protocol = "imap"
    imap = _best(address, records, IMAP)
    if not imap:
        imap, protocol = _best(address, records, POP3), "pop3"
    if not imap:
        return None
    domain = parts(address)[1]
    provider = known.at(imap.host)
    return Servers(
        imap,
        smtp,
        passwords=provider is None or provider.passwords,
        oauth=provider.oauth if provider else "",
        advice=provider.advice if provider else "",
        vouched=all(_inside(one.host, domain) for one in (imap, smtp) if one),
        protocol=protocol,
    )


def _best(address: str, records: Mapping[str, Sequence[Srv]], kinds: Sequence[tuple[str, Tls]]) -> Server | None:
    for name, tls in kinds:
        found = sorted(records.get(name, ()), key=lambda one: (one.priority, -one.weight))
        for one in found:
            if is_host(one.host) and one.port:
                return Server(one.host, one.port, tls, address)
    return None


def _inside(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
