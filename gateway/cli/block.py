"""`postern block`: senders whose mail is not filed but waits in quarantine."""

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.blocking import ADDRESS, DOMAIN, SenderKind
from models.database import transaction

app = noun("Blocked senders: their mail waits in quarantine, where it can be looked at and released.")
KEYS = ("id", "org", "kind", "value", "reason", "expires_at", "created_at")
MOST = 10_000
LISTING = "postern block list"
Sender = Annotated[
    str, typer.Argument(metavar="SENDER", help="An address, a domain, or a network such as 192.0.2.0/24.")
]
_LIST = text("SELECT id, kind, value, reason, expires_at, created_at FROM blocked_senders")
_ADD = text(
    "INSERT INTO blocked_senders (org_id, kind, value, reason, expires_at)"
    " VALUES (:org, :kind, :value, :reason, now() + CAST(:lasts AS interval))"
    " ON CONFLICT (org_id, kind, value) DO UPDATE SET reason = EXCLUDED.reason, expires_at = EXCLUDED.expires_at"
)
_REMOVE = text("DELETE FROM blocked_senders WHERE kind = :kind AND value = :value RETURNING id")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List whom organizations do not hear, latest first; what has expired, too, until it is removed."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, ("value", "kind", *KEYS[4:])), none="nobody is blocked")


@app.command("add", epilog=keys(KEYS))
def add(
    sender: Sender,
    org: OfOrg = None,
    reason: Annotated[str | None, typer.Option(help="Why; told with each mail that it keeps.")] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="For so many days; for ever unless given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Block a sender: by From or return path, a domain with all below it, or the network that hands the mail in.

    Once more with the same sender changes reason and days.
    """
    owner, (kind, value) = find.one_organization(org), _read(sender)
    lasts = timedelta(days=days) if days else None
    said = printing.line(reason) if reason else None
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_ADD, {"org": owner.id, "kind": kind, "value": value, "reason": said, "lasts": lasts})
    (made,) = [row for row in _rows(owner.slug) if (row["kind"], row["value"]) == (kind, value)]
    if as_json:
        printing.document(made)
    else:
        printing.page(made, KEYS)


@app.command("remove", epilog="JSON keys: org, kind, value.")
def remove(sender: Sender, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Hear a sender again; `postern quarantine release` lets in what came meanwhile."""
    owner, (kind, value) = find.one_organization(org), _read(sender)
    with transaction(owner.id, role="admin") as connection:
        if connection.scalar(_REMOVE, {"kind": kind, "value": value}) is None:
            raise Problem(f"{owner.slug} does not block the {kind} {value}; see `{LISTING}`")
    if as_json:
        printing.document({"org": owner.slug, "kind": kind, "value": value})
    else:
        printing.say(f"{value} is heard again; `postern quarantine list` shows what came meanwhile")


def _rows(slug: str | None) -> list[dict[str, Any]]:
    found = find.newest(find.everywhere(_LIST, {}, slug), "created_at", MOST)
    return [{name: row[name] for name in KEYS} for row in found]


def _read(sender: str) -> tuple[SenderKind, str]:
    """Which kind of sender is meant, in the one spelling it has."""
    said = sender.strip().lower()
    try:
        return SenderKind.NETWORK, str(ip_network(said, strict=False))
    except ValueError:
        pass
    domain = said.rpartition("@")[2].strip(".")
    if "." in domain and "/" not in domain:
        if re.fullmatch(ADDRESS, said):
            return SenderKind.ADDRESS, said
        if re.fullmatch(DOMAIN, domain) and said.strip("@.") == domain:
            return SenderKind.DOMAIN, domain
    raise Usage(f"{sender!r} is no address, no domain and no network")
