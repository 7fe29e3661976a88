"""What is found out about a mailbox's servers."""

import re
from dataclasses import dataclass
from typing import Literal

Tls = Literal["implicit", "starttls"]
Protocol = Literal["imap", "pop3"]
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect; nothing is said in clear text there.

    Attributes:
        host: its certificate has to bear this name.
        port: at it.
        tls: from the first byte, or after a first word (RFC 8314, RFC 2595, RFC 3207).
        user: as whom to log in.
    """

    host: str
    port: int
    tls: Tls
    user: str


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of a mailbox.

    Attributes:
        imap: where its mail is. smtp: where its owner hands mail in, if that is known.
        protocol: how mail is read there; POP3 only where it has to be.
        passwords: whether a password is taken.
        oauth: a provider of `gateway.oauth.providers.KNOWN` whose login works, '' for none.
        advice: what a person has to do there before a login works.
        vouched: whether who says so is certain; if not, a person has to agree before a password goes there.
    """

    imap: Server
    smtp: Server | None
    passwords: bool = True
    oauth: str = ""
    advice: str = ""
    vouched: bool = True
    protocol: Protocol = "imap"


def is_host(name: str) -> bool:
    """Whether it can be a host's name or address, in small letters."""
    return bool(_HOST.fullmatch(name))


def parts(address: str) -> tuple[str, str]:
    """Local part and domain of an address, the latter in small letters."""
    local, _, domain = address.rpartition("@")
    return local, domain.lower()
