"""Where letters go out: a relay as `POSTERN_RELAY` names it, or a mailbox's own."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587  # RFC 6409: where a relay wants a login


class Starttls(StrEnum):
    """When a `smtp://` connection turns to TLS; a certificate is verified in any case and nothing falls back."""

    NEVER = "never"
    OFFERED = "opportunistic"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server that takes our letters.

    Attributes:
        implicit_tls: `smtps://`, TLS from the first byte.
        starttls: for `smtp://`.
        authority: file with the certificates to trust instead of the system's.
        mechanism: how `password` is said if it is an access token, `xoauth2` or `oauthbearer`.
        is_foreign: an organization named it, so only public addresses and those of our own networks are connected to.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    starttls: Starttls = Starttls.OFFERED
    authority: Path | None = None
    mechanism: str = ""
    is_foreign: bool = False


def parse_relay(url: str) -> Relay:
    """Read `smtp[s]://[user:password@]host[:port][?starttls=never|opportunistic|required][&ca=FILE]`.

    User and password are percent-encoded. Without `starttls`, a login at another machine requires TLS, other relays get
    it when they offer it, and a relay on this machine is spoken to in the clear.

    Raises:
        ValueError: with a sentence for the operator that repeats neither user nor password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("a relay is written smtp[s]://user:password@host:port")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("a relay has nothing after host and port; percent-encode / and # in its password")
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - {"starttls", "ca"}:
        raise ValueError(f"a relay has no option {', '.join(sorted(unknown))}; there are starttls and ca")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(
        host=parts.hostname,
        port=_port(parts, has_login=bool(user)),
        user=user,
        password=password,
        implicit_tls=parts.scheme == "smtps",
        starttls=_starttls(options.get("starttls"), parts.hostname, has_login=bool(user)),
        authority=Path(options["ca"]) if "ca" in options else None,
    )


def _port(parts: SplitResult, *, has_login: bool) -> int:
    try:
        given = parts.port
    except ValueError:
        raise ValueError("the port of a relay is a number; percent-encode @, : and / in its password") from None
    return given or (SUBMISSION if has_login and parts.scheme == "smtp" else PORTS[parts.scheme])


def _starttls(said: str | None, host: str, *, has_login: bool) -> Starttls:
    if said is not None:
        if said not in set(Starttls):
            raise ValueError(f"starttls is one of {', '.join(Starttls)}")
        if said == Starttls.OFFERED and has_login and not is_here(host):
            raise ValueError("with a login, starttls is required or never: who strips the offer would get the password")
        return Starttls(said)
    if is_here(host):
        return Starttls.NEVER
    return Starttls.REQUIRED if has_login else Starttls.OFFERED


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
