"""`postern audit`: who changed which setting or erased what, and the proof that nobody rewrote it."""

from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, Most, keys, noun
from gateway.cli.problems import Problem, Usage
from models.database import transaction

app = noun("The audit log: who changed which setting or erased what; each row is chained to the one before.")
KEYS = ("id", "org", "place", "at", "actor", "role", "action", "noun", "subject", "changes")
VERIFY = ("org", "holds", "rows", "head", "place", "id", "problem")
_LIST = text(
    "SELECT a.id, a.place, a.at, coalesce(p.email, p.name, CAST(a.actor_id AS text)) AS actor, a.actor_role AS role,"
    " a.action, a.noun, a.subject_id AS subject, a.changes FROM audit_log a"
    " LEFT JOIN profiles p ON p.org_id = a.org_id AND p.id = a.actor_id ORDER BY a.at DESC, a.id DESC LIMIT :most"
)
_VERIFY = text("SELECT number AS rows, head, place, id, problem FROM verify_audit()")
_KNOWN = text("SELECT EXISTS (SELECT FROM audit_log WHERE hash = decode(:head, 'hex'))")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, most: Most = 100, as_json: AsJson = False) -> None:
    """List what was done, latest first. A secret, and what may say something of a person, is only `hidden`."""
    found = find.newest(find.everywhere(_LIST, {"most": most}, org), "at", most)
    rows = [{name: row[name] for name in KEYS} for row in found]
    if as_json:
        printing.document(rows)
        return
    shown = [row | {"changes": _told(row["changes"])} for row in rows]
    printing.table(shown, printing.across(shown, (*KEYS[2:7], "noun", "subject", "changes")), none="nothing was done")


@app.command("verify", epilog=keys(VERIFY))
def verify(
    org: InOrg = None,
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="A head that was noted earlier; it must still be in the chain.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that no row was changed, removed or put in; the exit code is 1 where one was, and the first is named.

    Whoever may write everything in the database could make a whole new chain. So note the head of each organization
    somewhere else now and then, and give it with --head later.
    """
    rows = [_proved(owner, head) for owner in find.organizations(org)]
    if head and len(rows) != 1:
        raise Usage("--head is of one organization; name it with --org")
    if as_json:
        printing.document(rows)
    else:
        printing.table(rows, VERIFY, none="no organization yet")
    if broken := [row for row in rows if not row["holds"]]:
        first = broken[0]
        raise Problem(f"the audit log of {first['org']} does not hold: row {first['place']} {first['problem']}")


def _proved(owner: find.Org, head: str | None) -> dict[str, Any]:
    with transaction(owner.id, role="admin") as connection:
        found = dict(connection.execute(_VERIFY).mappings().one())
        if head is not None and not found["problem"] and not connection.scalar(_KNOWN, {"head": _hexadecimal(head)}):
            found |= {"place": 1, "problem": "or a later one was made anew: that head is not in the chain"}
    row = {"org": owner.slug, "holds": not found["problem"], **found}
    return {name: row[name] for name in VERIFY}


def _hexadecimal(head: str) -> str:
    try:
        return bytes.fromhex(head).hex()
    except ValueError:
        raise Usage(f"{head!r} is no hash; give a head as `audit verify` printed it") from None


def _told(changes: dict[str, Any]) -> str:
    """Changes in one line."""
    return "; ".join(f"{name}: {_side(it, 'from')} → {_side(it, 'to')}" for name, it in changes.items())


def _side(change: dict[str, Any], side: str) -> str:
    return printing.line(change.get(side))
