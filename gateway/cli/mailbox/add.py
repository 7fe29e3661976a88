"""`postern mailbox add`: an address receives by SMTP, or what lies in a mailbox at a provider is fetched as well."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection, text

from gateway.cli import find, printing
from gateway.cli.advice import advised
from gateway.cli.departments import department
from gateway.cli.mailbox.rows import rows
from gateway.cli.options import AsJson, OfOrg
from gateway.cli.problems import Problem
from models.database import transaction
from models.tenancy import add_mailbox, checked

_IN_USE = text(
    "SELECT 'a mailbox' FROM our_addresses(ARRAY[lower(:address)])"
    " UNION ALL SELECT 'an address of a person' FROM profile_addresses WHERE address = lower(:address)"
)
_OURS = text(
    "SELECT m.id FROM mailboxes m WHERE lower(m.address) = lower(:address)"
    " AND EXISTS (SELECT FROM our_addresses(ARRAY[lower(:address)]))"
)
Keep = Callable[[Connection, UUID, bool], None]
"""Writes down how a mailbox is fetched: in a transaction, which mailbox, and whether it was there before."""
Name = Annotated[str | None, typer.Option(help="Sender of its letters; the organization's name if not given.")]
Queue = Annotated[str | None, typer.Option("--department", help="Queue its tickets start in; made if it is new.")]
Fetch = Annotated[bool, typer.Option("--fetch", help="Fetch what lies in the mailbox at its provider, too.")]
File = Annotated[Path | None, typer.Option(help="TOML file with what the flags below say, and more; flags win.")]
Imap = Annotated[str, typer.Option(metavar="SERVER", help="HOST, HOST:PORT or imap[s]://…; found unless given.")]
Pop3 = Annotated[str, typer.Option(metavar="SERVER", help="In its place where there is no IMAP; or pop3[s]://….")]
Smtp = Annotated[str, typer.Option(metavar="SERVER", help="As --imap-server, for sending; none for nowhere.")]
User = Annotated[str, typer.Option(help="Login name; the address unless given.")]
Auth = Annotated[str, typer.Option(help="password, google, microsoft or oauth.")]
Secret = Annotated[str, typer.Option("--password-file", help="Its first line is the password; - is standard input.")]
Folder = Annotated[list[str] | None, typer.Option("--folder", help="To read; INBOX unless given; repeatable.")]
ClientId = Annotated[str, typer.Option(help="Of Postern's registration at the provider, for OAuth.")]
ClientSecret = Annotated[str, typer.Option("--client-secret-file", help="Its first line is that client's secret.")]
Autoconfig = Annotated[str, typer.Option(metavar="URL", help="Autoconfiguration file to read in place of a search.")]
Paste = Annotated[bool, typer.Option("--paste", help="The browser is on another machine: paste where it ended.")]
NoSend = Annotated[bool, typer.Option("--no-send", help="Do not try to send.")]
Seconds = Annotated[float, typer.Option(min=1, help="How long the test mail may take.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether a server may be used.")]


def add(  # noqa: PLR0913, PLR0917  each is an option
    address: Annotated[str, typer.Argument(help="What customers write to.")],
    org: OfOrg = None, name: Name = None, queue: Queue = None, fetch: Fetch = False, file: File = None,
    imap_server: Imap = "", pop3_server: Pop3 = "", smtp_server: Smtp = "", user: User = "", auth: Auth = "",
    password_file: Secret = "",
    folder: Folder = None, client_id: ClientId = "", client_secret_file: ClientSecret = "", autoconfig: Autoconfig = "",
    paste: Paste = False, no_send: NoSend = False, seconds: Seconds = 60, yes: Yes = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let an address receive by SMTP; the door knows it within two seconds.

    With --fetch (or a server, or a file) it is also fetched from a provider: its servers are found, what only you know
    is asked, everything is tried out, and only if all of it works is anything saved. One that exists is set up anew.
    """
    owner = find.one_organization(org)
    said = {
        "imap_server": imap_server, "pop3_server": pop3_server, "smtp_server": smtp_server, "user": user, "auth": auth,
        "password_file": password_file, "client_id": client_id, "client_secret_file": client_secret_file,
        "autoconfig": autoconfig, "folders": tuple(folder or ()),
    }  # fmt: skip
    keep: Keep | None = None
    if fetch or file or any(said.values()):
        tell = (lambda _: None) if as_json else printing.say
        from gateway.cli.mailbox.fetched import prepared  # noqa: PLC0415  it loads what the others need not wait for

        _check(owner, address)
        manner = {"sending": not no_send, "seconds": seconds, "yes": yes, "paste": paste, "tell": tell}
        keep = prepared(owner, address, file, said, manner)
    made, is_new = _save(owner, address, printing.line(name or owner.name), queue, keep)
    _report(owner, made, is_new=is_new, as_json=as_json)


def check_free(connection: Connection, address: str, slug: str) -> None:
    """Refuse an address that receives already or is a person's.

    Raises:
        Problem: it is.
    """
    if taken := connection.scalar(_IN_USE, {"address": address}):
        raise Problem(f"{address} is {taken} of {slug} already; see `postern mailbox list` and `postern agent list`")


def _check(owner: find.Org, address: str) -> None:
    """Refuse an address that cannot be used before anything is asked for it."""
    with advised("choose another address"), transaction(owner.id, role="admin") as connection:
        checked(address)
        if not connection.scalar(_OURS, {"address": address}):
            check_free(connection, address, owner.slug)


def _save(owner: find.Org, address: str, name: str, queue: str | None, keep: Keep | None) -> tuple[UUID, bool]:
    """All of it in one transaction, or nothing."""
    with advised("choose another address"), transaction(owner.id, role="admin") as connection:
        old: UUID | None = connection.scalar(_OURS, {"address": address}) if keep else None
        if old is None:
            check_free(connection, address, owner.slug)
        department_id, is_new = department(connection, owner.id, queue)
        made = old or add_mailbox(connection, owner.id, address, name, department_id)
        if keep:
            keep(connection, made, old is not None)
    return made, is_new


def _report(owner: find.Org, made: UUID, *, is_new: bool, as_json: bool) -> None:
    found = next(row for row in rows(owner.slug) if row["id"] == made)
    if as_json:
        printing.document(found)
        return
    how = "receives" if found["kind"] == "smtp" else "receives and is fetched"
    printing.say(f"{found['address']} {how} for {owner.slug} now; no restart is needed")
    if is_new:
        printing.say(f"department {found['department']} is new")
