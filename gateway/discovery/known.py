"""Providers whose servers do not change, as they publish them; for their own domains, and by their mail exchangers."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.discovery.values import Server, Servers, Tls, parts

OF_ITS_OWN = "it does not take the account's own password: make an app password for Postern in its security settings"
SIGN_IN = "it takes no passwords: sign in with --auth {} (OAuth)"
ALLOW = "access by IMAP has to be allowed once in the mailbox's settings on its web page"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider.

    Attributes:
        domains: of addresses.
        exchangers: ends of the names of its mail exchangers, for domains of its customers.
        imap, smtp: host, port and TLS.
        local: whether the login for IMAP is the address's local part.
        passwords, oauth, advice: as in `Servers`.
    """

    domains: frozenset[str]
    exchangers: tuple[str, ...]
    imap: tuple[str, int, Tls]
    smtp: tuple[str, int, Tls]
    local: bool = False
    passwords: bool = True
    oauth: str = ""
    advice: str = ""


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


PROVIDERS = (
    Provider(  # Gmail and Google Workspace
        _set("gmail.com googlemail.com"),
        ("google.com", "googlemail.com"),
        ("imap.gmail.com", 993, "implicit"),
        ("smtp.gmail.com", 465, "implicit"),
        oauth="google",
        advice=f"{OF_ITS_OWN}, or sign in with --auth google (OAuth)",
    ),
    Provider(  # outlook.com
        _set(
            "outlook.com hotmail.com live.com msn.com windowslive.com outlook.de outlook.fr hotmail.co.uk hotmail.de"
            " hotmail.fr live.de live.fr live.co.uk"
        ),
        ("olc.protection.outlook.com",),
        ("outlook.office365.com", 993, "implicit"),
        ("smtp-mail.outlook.com", 587, "starttls"),
        passwords=False,
        oauth="microsoft",
        advice=SIGN_IN.format("microsoft"),
    ),
    Provider(  # Microsoft 365
        _set("office365.com"),
        ("mail.protection.outlook.com",),
        ("outlook.office365.com", 993, "implicit"),
        ("smtp.office365.com", 587, "starttls"),
        passwords=False,
        oauth="microsoft",
        advice=SIGN_IN.format("microsoft"),
    ),
    Provider(
        _set("icloud.com me.com mac.com"),
        (),
        ("imap.mail.me.com", 993, "implicit"),
        ("smtp.mail.me.com", 587, "starttls"),
        local=True,
        advice=OF_ITS_OWN,
    ),
    Provider(
        _set("fastmail.com"),
        ("messagingengine.com",),
        ("imap.fastmail.com", 993, "implicit"),
        ("smtp.fastmail.com", 465, "implicit"),
        advice=OF_ITS_OWN,
    ),
    Provider(
        _set("yahoo.com yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.uk ymail.com rocketmail.com myyahoo.com"),
        (),  # its exchangers are AOL's, too
        ("imap.mail.yahoo.com", 993, "implicit"),
        ("smtp.mail.yahoo.com", 465, "implicit"),
        advice=OF_ITS_OWN,
    ),
    Provider(
        _set("gmx.net gmx.de gmx.at gmx.ch gmx.eu gmx.org gmx.info"),
        (),
        ("imap.gmx.net", 993, "implicit"),
        ("mail.gmx.net", 465, "implicit"),
        advice=ALLOW,
    ),
    Provider(
        _set("web.de"),
        (),
        ("imap.web.de", 993, "implicit"),
        ("smtp.web.de", 465, "implicit"),
        local=True,
        advice=ALLOW,
    ),
    Provider(  # IONOS, which was 1&1
        _set("online.de"),
        ("kundenserver.de", "schlund.de"),
        ("imap.1und1.de", 993, "implicit"),
        ("smtp.1und1.de", 465, "implicit"),
    ),
    Provider(
        _set("zoho.com zohomail.com"),
        (),
        ("imap.zoho.com", 993, "implicit"),
        ("smtp.zoho.com", 465, "implicit"),
        advice=ALLOW,
    ),
)


def read(address: str) -> Servers | None:
    """The servers of an address at a known provider."""
    domain = parts(address)[1]
    return next((_servers(one, address) for one in PROVIDERS if domain in one.domains), None)


def behind(address: str, exchangers: Sequence[str]) -> Servers | None:
    """The servers of an address whose domain's mail is taken by a known provider.

    Only servers of this table can come out, so that it does not matter whether the name server lied.

    Args:
        address: of a customer of the provider.
        exchangers: names of hosts, the preferred first.
    """
    found = (one for host in exchangers for one in PROVIDERS if any(_ends(host, end) for end in one.exchangers))
    return next((_servers(one, address) for one in found), None)


def at(host: str) -> Provider | None:
    """The provider whose IMAP server this is."""
    return next((one for one in PROVIDERS if one.imap[0] == host), None)


def _ends(host: str, end: str) -> bool:
    return host == end or host.endswith(f".{end}")


def _servers(provider: Provider, address: str) -> Servers:
    user = parts(address)[0] if provider.local else address
    # Apple's servers for sending take the whole address where those for reading take the local part.
    sender = address if provider.imap[0] == "imap.mail.me.com" else user
    return Servers(
        Server(*provider.imap, user),
        Server(*provider.smtp, sender),
        provider.passwords,
        provider.oauth,
        provider.advice,
    )
