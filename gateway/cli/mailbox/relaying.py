"""`postern mailbox relay`: where letters from a mailbox go out, if that is not where the installation's do."""

import json
from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import printing
from gateway.cli.mailbox import asking, wishes
from gateway.cli.mailbox.add import Secret
from gateway.cli.mailbox.rows import Address, one, report
from gateway.cli.options import AsJson, InOrg
from gateway.cli.problems import Problem, Usage
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret

_SET = text("UPDATE mailboxes SET smtp_settings = CAST(:smtp AS jsonb) WHERE id = :mailbox")
_FOR_ALL = text(
    "UPDATE organization_settings"
    " SET policies = policies || jsonb_build_object('relay_mailbox', CAST(:mailbox AS text))"
)
_NOT_FOR_ALL = text(
    "UPDATE organization_settings SET policies = policies - 'relay_mailbox'"
    " WHERE policies ->> 'relay_mailbox' = CAST(:mailbox AS text)"
)
Server = Annotated[str, typer.Option(metavar="SERVER", help="HOST, HOST:PORT, smtps://… (TLS at once) or smtp://….")]
User = Annotated[str, typer.Option(help="Login name; the address unless given.")]
ForAll = Annotated[bool, typer.Option("--for-all", help="Also for mailboxes of the organization that have none.")]
Away = Annotated[bool, typer.Option("--none", help="Send as the installation does again.")]


def relay(  # noqa: PLR0913, PLR0917  each is an option
    address: Address,
    org: InOrg = None,
    server: Server = "",
    user: User = "",
    password_file: Secret = "",
    for_all: ForAll = False,
    away: Away = False,
    as_json: AsJson = False,
) -> None:
    """Send letters from a mailbox by a server of its own, always with TLS and a certificate that holds.

    While that server is away, letters wait for it; they never take another way. Of a mailbox that is fetched, the
    server for sending was said with `mailbox add --fetch`; here it can be used --for-all.
    """
    found = one(address, org)
    is_fetched = found.row["kind"] != "smtp"
    if bool(server) == away and not for_all:
        raise Usage("say either --server SERVER or --none")
    if is_fetched and (server or away):
        raise Problem(f"{found.address} is fetched; set it up anew with `postern mailbox add {found.address} --fetch`")
    if for_all and not server and not found.row["smtp_settings"]:
        raise Problem(f"{found.address} has no server for sending; give it with --server")
    chosen = wishes.server(server, "smtp", user or found.address) if server else None
    password = asking.password(password_file, f"{chosen.user} at {chosen.host}") if chosen else ""
    with transaction(found.org.id, role="admin") as connection:
        if chosen:
            said = {"host": chosen.host, "port": chosen.port, "tls": chosen.tls, "user": chosen.user}
            connection.execute(_SET, {"mailbox": found.id, "smtp": json.dumps(said | {"auth": "password"})})
            put_secret(connection, found.org.id, found.id, TokenKind.SMTP_PASSWORD, password)
        if away:
            connection.execute(_SET, {"mailbox": found.id, "smtp": "{}"})
            connection.execute(_NOT_FOR_ALL, {"mailbox": found.id})
        if for_all:
            connection.execute(_FOR_ALL, {"mailbox": found.id})
    report(one(found.address, found.org.slug), as_json=as_json)
    if for_all and not as_json:
        printing.say(f"\nletters of all mailboxes of {found.org.slug} without a server of their own go out there")
