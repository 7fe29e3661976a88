"""`postern retention`: how long an organization keeps what, and what would go now."""

import json
from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Usage
from models import captured, retention
from models.database import transaction

app = noun("Retention: for how many days mails and closed tickets are kept; for ever unless it is set.")
LONGEST = 36_500
KEYS = ("org", "mails", "quarantine", "tickets")
RUN = ("org", "done", "mails", "quarantine", "tickets")
Days = Annotated[str | None, typer.Option(metavar="DAYS|ever", help="A number of days, or `ever`.")]
_READ = text(
    "SELECT policies -> 'retention' ->> 'mails' AS mails, policies -> 'retention' ->> 'quarantine' AS quarantine,"
    " policies -> 'retention' ->> 'tickets' AS tickets FROM organization_settings"
)
_WRITE = text(
    "UPDATE organization_settings SET policies = policies || jsonb_build_object('retention', jsonb_strip_nulls("
    " coalesce(policies -> 'retention', '{}') || CAST(:changes AS jsonb)))"
)


@app.command("show", epilog=keys(KEYS))
def show(org: InOrg = None, as_json: AsJson = False) -> None:
    """Show for how many days each organization keeps original mails, the quarantine and what was said on tickets."""
    rows = [{name: row[name] for name in KEYS} for row in find.everywhere(_READ, {}, org)]
    if as_json:
        printing.document(rows)
    else:
        printing.table(rows, KEYS, none="no organization yet; make one with `postern org add NAME`")


@app.command("set", epilog=keys(KEYS))
def change(
    org: OfOrg = None, mails: Days = None, quarantine: Days = None, tickets: Days = None, as_json: AsJson = False
) -> None:
    """Say for how many days something is kept; what is over goes within minutes, so look with `run` first.

    Mails are kept as they came until then, which a replay or a dispute may need; tickets lose every word so long after
    they were closed and are counted on.
    """
    owner = find.one_organization(org)
    asked = {"mails": mails, "quarantine": quarantine, "tickets": tickets}
    changes = {name: _days(said) for name, said in asked.items() if said is not None}
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_WRITE, {"changes": json.dumps(changes)})
    show(owner.slug, as_json=as_json)


@app.command("run", epilog=keys(RUN))
def run(
    org: InOrg = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it now; else it is only counted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count what is kept no longer, or let go of it now; the clock does so every few minutes. A legal hold keeps it."""
    rows = [{"org": owner.slug, "done": yes, **_over(owner, really=yes)} for owner in find.organizations(org)]
    if as_json:
        printing.document(rows)
        return
    printing.table(rows, ("org", *RUN[2:]), none="no organization yet")
    if not yes:
        printing.say("nothing was changed; add --yes to do it now, which cannot be undone")


def _over(owner: find.Org, *, really: bool) -> dict[str, int]:
    counted = dict.fromkeys(map(str, retention.kinds()), 0)
    for kind in retention.kinds():
        last = None
        while True:
            with transaction(owner.id) as connection:
                gone = retention.end(connection, kind, last, most=retention.PORTION if really else None, really=really)
            captured.forget(gone.letters)
            counted[kind] += gone.number
            if (last := gone.last) is None:
                break
    return counted


def _days(said: str) -> int | None:
    if said == "ever":
        return None
    if not said.isdecimal() or not 0 < int(said) <= LONGEST:
        raise Usage(f"{said!r} is no number of days from 1 to {LONGEST}; write `ever` for no end")
    return int(said)
