"""What an operator says of a mailbox that is fetched: by flags, by a file, or both; flags win."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.cli.problems import Problem
from gateway.discovery.values import Protocol, Server, Tls, is_host
from models import fetching

SCHEMES: dict[str, dict[str, tuple[Tls, int]]] = {
    "pop3": {"pop3s": ("implicit", 995), "pop3": ("starttls", 110)},
    "imap": {"imaps": ("implicit", 993), "imap": ("starttls", 143)},
    "smtp": {"smtps": ("implicit", 465), "smtp": ("starttls", 587)},
}
FETCH: dict[Protocol, tuple[str, ...]] = {"imap": ("after", "folder", "since"), "pop3": ("after", "old")}
OLD = ("leave", "take")
TABLES = ("fetch", "oauth")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said; '' for what was not. The names are those of the file's keys and, with `-` for `_`, of the flags.

    Attributes:
        imap_server, pop3_server, smtp_server: `HOST`, `HOST:PORT`, or `imaps://…`, `pop3s://…`, `smtps://…` (TLS from
            the first byte) and `imap://…`, `pop3://…`, `smtp://…` (STARTTLS); of the first two only one.
        user: login name. auth: `password`, `google`, `microsoft`, or `oauth` for what the table of that name says.
        password_file: file whose first line is the password, `-` for standard input.
        client_id, client_secret_file: of the registration at the provider, for OAuth.
        autoconfig: address of an autoconfiguration file to read in place of a search.
        folders: to read.
        fetch: table `after`, `folder`, `since`, see `models.fetching`; by POP3 `after` and `old`, which is `leave` or
            `take` for what lies there already.
        oauth: table `authorize`, `token`, `device`, `scope`, `mechanism` of a provider of one's own.
    """

    imap_server: str = ""
    pop3_server: str = ""
    smtp_server: str = ""
    user: str = ""
    auth: str = ""
    password_file: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    autoconfig: str = ""
    folders: tuple[str, ...] = ()
    fetch: Mapping[str, str] = field(default_factory=dict)
    oauth: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: "Wishes") -> "Wishes":
        """These, and what they leave open as the others say."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(other, **{name: value for name, value in said.items() if value})


def from_file(path: Path) -> Wishes:
    """The wishes in a TOML file.

    Raises:
        Problem: it cannot be read, or says what nobody understands.
    """
    try:
        said = tomllib.loads(path.read_text())
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is no TOML: {error}") from None
    known = {one.name for one in fields(Wishes)}
    if unknown := sorted(said.keys() - known):
        raise Problem(f"{path} says {unknown[0]!r}, which is none of {', '.join(sorted(known))}")
    for name, value in said.items():
        if not _fits(name, value):
            raise Problem(f"{path} says {value!r} for {name!r}, which cannot be")
    return Wishes(**{name: _plain(value) for name, value in said.items()})


def server(said: str, kind: str, user: str) -> Server:
    """The server that a wish names.

    Args:
        said: as in `Wishes`.
        kind: one of `SCHEMES`.
        user: as whom to log in there.

    Raises:
        Problem: it names none.
    """
    schemes = SCHEMES[kind]
    first, second = schemes
    try:
        parts = urlsplit(said if "://" in said else f"//{said}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    by_port = second if port in {tls[1] for name, tls in schemes.items() if name == second} else first
    scheme = parts.scheme or by_port
    if not is_host(host) or scheme not in schemes or parts.path or parts.username:
        raise Problem(f"{said!r} is no server; write HOST, HOST:PORT, {first}://HOST:PORT or {second}://HOST:PORT")
    tls, usual = schemes[scheme]
    return Server(host, port or usual, tls, user)


def checked(fetch: Mapping[str, str], protocol: Protocol) -> Mapping[str, str]:
    """The table `fetch`, if it can be followed.

    Args:
        fetch: the table.
        protocol: by which mail is read.

    Raises:
        Problem: it cannot; the sentence says why.
    """
    known = FETCH[protocol]
    if unknown := sorted(fetch.keys() - set(known)):
        raise Problem(f"fetch says {unknown[0]!r}; by {protocol.upper()} it may say {', '.join(known)}")
    if (old := fetch.get("old", OLD[0])) not in OLD:
        raise Problem(f"fetch.old is {old!r}; it may be {' or '.join(OLD)}")
    try:
        fetching.read(dict(fetch), datetime.now(UTC), protocol)
    except fetching.Unclear as unclear:
        raise Problem(str(unclear)) from None
    return fetch


def _fits(name: str, value: object) -> bool:
    if name in TABLES:
        return isinstance(value, dict)
    if name == "folders":
        return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
    return isinstance(value, str)


def _plain(value: Any) -> Any:  # noqa: ANN401  what TOML has
    if isinstance(value, dict):
        return {name: str(one) for name, one in value.items()}
    return tuple(value) if isinstance(value, list) else value
