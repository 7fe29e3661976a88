"""`postern verification`: whether unknown senders must first show that they can be written to."""

from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Usage
from models.database import transaction
from models.verification import OFF, UNKNOWN

app = noun("Verification: the first mail of an unknown sender waits until they answer a letter.")
KEYS = ("org", "verification")
CHOICES = (UNKNOWN, OFF)
_READ = text("SELECT coalesce(policies ->> 'verification', :off) AS verification FROM organization_settings")
_WRITE = text(
    "UPDATE organization_settings SET policies = policies || jsonb_build_object('verification', CAST(:choice AS text))"
)


@app.command("show", epilog=keys(KEYS))
def show(org: InOrg = None, as_json: AsJson = False) -> None:
    """Show whom each organization asks: `unknown` senders, or nobody (`off`)."""
    rows = [{name: row[name] for name in KEYS} for row in find.everywhere(_READ, {"off": OFF}, org)]
    if as_json:
        printing.document(rows)
    else:
        printing.table(rows, KEYS, none="no organization yet; make one with `postern org add NAME`")


@app.command("set", epilog=keys(KEYS))
def change(
    choice: Annotated[str, typer.Argument(metavar="unknown|off", help="Whom to ask.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Say whether unknown senders are asked. Their mail waits in quarantine; a reply to our letter lets it in.

    Whoever has written before, or was added by the desk, is not asked; robots and lists are not asked either, so what
    they send for the first time waits for a person.
    """
    if choice not in CHOICES:
        raise Usage(f"{choice!r} is none of {', '.join(CHOICES)}")
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_WRITE, {"choice": choice})
    show(owner.slug, as_json=as_json)
