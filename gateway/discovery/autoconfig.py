"""Mozilla's autoconfiguration file: what a provider, or the public collection of them (ISPDB), says about its servers.

It is a stranger's XML: bounded, without a document type (which could hold entities without end), each value checked.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser

from gateway.discovery import known
from gateway.discovery.values import LAST_PORT, Protocol, Server, Servers, Tls, is_host, parts

TLS: dict[str, Tls] = {"SSL": "implicit", "STARTTLS": "starttls"}  # `plain` is none of ours
PASSWORD = {"password-cleartext", "plain"}  # over TLS, that is
LONGEST_USER = 320


def pages(domain: str) -> tuple[str, ...]:
    """Where a domain has its own file. The address is not told, a file for all of a domain will do."""
    place = "mail/config-v1.1.xml"
    return (f"https://autoconfig.{domain}/{place}", f"https://{domain}/.well-known/autoconfig/{place}")


def collection(domain: str) -> tuple[str, ...]:
    """Where the public collection has a file for a domain."""
    return (f"https://autoconfig.thunderbird.net/v1.1/{domain}",)


def read(address: str, content: bytes) -> Servers | None:
    """The servers that a file names, None if it names none that can be used.

    Args:
        address: of the mailbox; stands in for what the file leaves open.
        content: the file.
    """
    tree = _tree(content)
    if tree is None:
        return None
    outgoing = list(_usable(tree, "outgoingServer", "smtp", address))
    protocols: tuple[Protocol, ...] = ("imap", "pop3")
    for protocol in protocols:
        for server, ways in _usable(tree, "incomingServer", protocol, address):
            return _servers(server, ways, outgoing[0][0] if outgoing else None, protocol)
    return None


def _servers(imap: Server, ways: set[str], smtp: Server | None, protocol: Protocol) -> Servers:
    provider = known.at(imap.host)
    return Servers(
        imap,
        smtp,
        passwords=bool(ways & PASSWORD),
        oauth=provider.oauth if provider and "OAuth2" in ways else "",
        advice=provider.advice if provider else "",
        protocol=protocol,
    )


def _tree(content: bytes) -> Element | None:
    try:
        text = content.decode()
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            return None
        parser = XMLParser()  # noqa: S314  no document type, so nothing to expand or to fetch
        parser.feed(text)
        found: Element = parser.close()
    except (ParseError, UnicodeDecodeError, RecursionError):
        return None
    return found


def _usable(tree: Element, tag: str, kind: str, address: str) -> Iterator[tuple[Server, set[str]]]:
    """Servers of a kind with the logins they take, in the file's order."""
    for one in tree.iterfind(f"./emailProvider/{tag}"):
        server = _server(one, address)
        if one.get("type") == kind and server:
            yield server, {(way.text or "").strip() for way in one.iterfind("authentication")}


def _server(said: Element, address: str) -> Server | None:
    host, user = (_filled(said.findtext(name), address) for name in ("hostname", "username"))
    port, tls = _port(said.findtext("port")), TLS.get((said.findtext("socketType") or "").strip())
    fits = is_host(host.lower()) and 0 < len(user) <= LONGEST_USER and user.isprintable()
    return Server(host.lower(), port, tls, user) if port and tls and fits else None


def _filled(said: str | None, address: str) -> str:
    local, domain = parts(address)
    stands = {"%EMAILADDRESS%": address, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
    text = (said or "%EMAILADDRESS%").strip()
    for name, value in stands.items():
        text = text.replace(name, value)
    return text


def _port(said: str | None) -> int:
    text = (said or "").strip()
    found = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PORT)) else 0
    return found if found <= LAST_PORT else 0
