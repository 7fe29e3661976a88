"""`postern limits`: how often who may write, whom that stopped, and letting them in again."""

import json
from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.bounds import DEFAULTS, OFF, chosen, read
from models.database import transaction

app = noun("Limits: how often who may write, and whom that stopped. What is over a limit is held, never lost.")
KEYS = ("org", "action", "type", "identifier", "reason", "attempts", "since", "until")
BOUNDS = ("org", "action", "type", "bound", "own")
LISTING = "postern limits list"
DEFAULT = "default"
_LIST = text(
    "SELECT action, identifier_type AS type, identifier, reason, attempt_count AS attempts, window_start AS since,"
    " blocked_until AS until FROM rate_limits WHERE is_blocked AND (blocked_until IS NULL OR blocked_until > now())"
)
_AT_THE_DOOR = text(
    "SELECT action, identifier_type AS type, identifier, reason, NULL AS attempts, NULL AS since,"
    " blocked_until AS until FROM door_blocks()"
)
_LIFT = text(
    "UPDATE rate_limits SET is_blocked = false, blocked_until = NULL"
    " WHERE identifier_type = :type AND identifier = :identifier AND action = :action AND is_blocked"
)
_LIFT_AT_THE_DOOR = text("SELECT lift_door_limit(:type, :identifier, :action)")
_POLICIES = text("SELECT policies FROM organization_settings")
_WRITE = text(
    "UPDATE organization_settings SET policies = jsonb_set(policies, '{limits}',"
    " coalesce(policies -> 'limits', '{}') || jsonb_build_object(CAST(:action AS text), jsonb_strip_nulls("
    " coalesce(policies -> 'limits' -> CAST(:action AS text), '{}') || CAST(:change AS jsonb))))"
)


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List who is over a limit now, at the doors, too (without an organization), and until when."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        columns = ("identifier", "type", "action", "reason", "until", "org")
        printing.table(found, columns, none="nobody is over a limit")


@app.command("lift", epilog=keys(KEYS))
def lift(
    identifier: Annotated[str, typer.Argument(metavar="WHO", help="As `limits list` shows it.")],
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody in again at once, and count anew; what was held is let in by `postern quarantine release`."""
    found = [row for row in _rows(org) if row["identifier"] == identifier.strip().lower()]
    if not found:
        raise Problem(f"{identifier!r} is not over a limit; see `{LISTING}`")
    for row in found:
        _lift(row)
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found[0]['identifier']} may write again; `postern quarantine list` shows what is held")


@app.command("show", epilog=keys(BOUNDS))
def show(org: InOrg = None, as_json: AsJson = False) -> None:
    """Show the bounds of each organization; `own` are those that it has set."""
    rows = [row for found in find.everywhere(_POLICIES, {}, org) for row in _bounds(found)]
    if as_json:
        printing.document(rows)
    else:
        columns = ("action", "type", "bound", "own")
        printing.table(
            rows, printing.across(rows, columns), none="no organization yet; make one with `postern org add NAME`"
        )


@app.command("set", epilog=keys(BOUNDS))
def change(
    action: Annotated[str, typer.Argument(metavar="ACTION", help=", ".join(DEFAULTS) + ".")],
    who: Annotated[str, typer.Argument(metavar="TYPE", help="email, domain, ip, network or organization.")],
    bound: Annotated[str, typer.Argument(metavar="BOUND", help="Such as 20/hour (minute, day); off; or default.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Say how often somebody may do something within a period that slides.

    Beyond it new tickets of one address go on in their last one; everything else is held in quarantine for the length
    of the period, and the admins get one notice.
    """
    owner = find.one_organization(org)
    if not any((action, who) == (known, one) for known, row in DEFAULTS.items() for one in row):
        raise Usage(f"there is no bound of {action!r} for {who!r}; see `postern limits show`")
    if bound != DEFAULT:
        try:
            read(bound)
        except ValueError as error:
            raise Usage(str(error)) from None
    said = {who: None if bound == DEFAULT else bound}
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_WRITE, {"action": action, "change": json.dumps(said)})
    show(owner.slug, as_json=as_json)


def _rows(slug: str | None) -> list[dict[str, Any]]:
    found = find.everywhere(_LIST, {}, slug)
    if slug is None:
        with transaction() as connection:
            found += ({"org": None, **row} for row in connection.execute(_AT_THE_DOOR).mappings())
    return [{name: row[name] for name in KEYS} for row in found]


def _lift(row: dict[str, Any]) -> None:
    said = {name: row[name] for name in ("type", "identifier", "action")}
    if row["org"] is None:
        with transaction() as connection:
            connection.execute(_LIFT_AT_THE_DOOR, said)
        return
    with transaction(find.one_organization(row["org"]).id, role="admin") as connection:
        connection.execute(_LIFT, said)


def _bounds(found: dict[str, Any]) -> list[dict[str, Any]]:
    bounds, own = chosen(found["policies"]), found["policies"].get("limits") or {}
    return [
        {
            "org": found["org"],
            "action": action,
            "type": who,
            "bound": str(bounds.get((action, who), OFF)),
            "own": who in (own.get(action) or {}),
        }
        for action, row in DEFAULTS.items()
        for who in row
    ]
