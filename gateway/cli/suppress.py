"""`postern suppress`: addresses that get no letters, since one bounced, its owner complained, or somebody said so."""

from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, Most, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.blocking import SuppressionReason
from models.database import transaction
from workers.inbound.news import SOFT_FOR, SOFT_LETTERS, SOFT_WITHIN

app = noun(
    "Addresses that get no letters. One that bounced for good or whose owner complained gets none until `remove`; one"
    f" to which {SOFT_LETTERS} letters within {SOFT_WITHIN.days} days could not be delivered for now gets none for"
    f" {SOFT_FOR.days} days."
)
KEYS = ("address", "org", "reason", "detail", "until", "created_at")
_LIST = text(
    "SELECT address, reason, detail, until, created_at FROM suppressions"
    " WHERE (:all OR until IS NULL OR until > now())"
    "   AND (CAST(:address AS text) IS NULL OR address = lower(CAST(:address AS text)))"
    " ORDER BY created_at DESC LIMIT :most"
)
_ADD = text(
    "INSERT INTO suppressions (org_id, address, reason, detail) VALUES (:org, lower(:address), :reason, :detail)"
    " ON CONFLICT (org_id, address, reason) DO UPDATE SET detail = excluded.detail, until = NULL"
)
# The row stays: soft bounces are counted from its end on, and who asks sees that there was one.
_REMOVE = text(
    "UPDATE suppressions SET until = now() WHERE address = lower(:address) AND (until IS NULL OR until > now())"
)
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Of somebody who gets letters.")]


@app.command("list", epilog=keys(KEYS))
def listing(
    org: InOrg = None,
    ended: Annotated[bool, typer.Option("--all", help="Also those that are over or were lifted.")] = False,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List the addresses that get no letters, latest first."""
    _report({"all": ended, "address": None}, org, limit, as_json=as_json)


@app.command("add", epilog=keys(KEYS))
def add(
    address: Address,
    org: OfOrg = None,
    why: Annotated[str | None, typer.Option(help="Why; shown wherever a letter is withheld.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send no more letters to an address."""
    owner = find.one_organization(org)
    local, _, host = address.strip().rpartition("@")
    if not local or not host or printing.line(address.strip()) != address.strip() or " " in address.strip():
        raise Usage(f"{address!r} is no address such as carol@example.org")
    said = {"org": owner.id, "address": address.strip(), "reason": SuppressionReason.MANUAL}
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_ADD, {**said, "detail": printing.line(why) if why else None})
    _report({"all": False, "address": address.strip()}, owner.slug, 50, as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(address: Address, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Let letters go to an address again, whatever was against it. Those withheld stay so; see `outbox retry`."""
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        if not connection.execute(_REMOVE, {"address": address.strip()}).rowcount:
            raise Problem(f"{address!r} is not suppressed in {owner.slug}; see `postern suppress list`")
    _report({"all": True, "address": address.strip()}, owner.slug, 50, as_json=as_json)


def _report(values: dict[str, Any], slug: str | None, most: int, *, as_json: bool) -> None:
    rows = find.newest(find.everywhere(_LIST, {**values, "most": most}, slug), "created_at", most)
    found = [{name: row[name] for name in KEYS} for row in rows]
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, (KEYS[0], *KEYS[2:])), none="every address gets its letters")
