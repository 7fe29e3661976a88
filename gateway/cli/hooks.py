"""`postern hooks`: what happens when a ticket enters a stage, what became of it, and doing again what failed."""

import json
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import find, hooking, printing
from gateway.cli.hooking import Wish
from gateway.cli.options import AsJson, InOrg, Most, OfOrg, keys, noun, one_of
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.base import uuid7
from models.database import transaction

app = noun("Hooks of stages: what happens when a ticket enters a stage. ID may be shortened to its end.")
KEYS = ("id", "org", "workflow", "stage", "type", "config", "position", "is_active", "created_at")
RUN = (
    "org", "ticket", "stage", "hook", "type", "state", "attempts", "answer", "next_try_at", "created_at", "done_at",
    "call",
)  # fmt: skip
STATES = "waiting, done, skipped or failed"
MOST = 10_000
_ADD = text(
    "INSERT INTO workflow_stage_hooks (org_id, id, stage_id, hook_type, config, position)"
    " SELECT :org, :id, :stage, :type, CAST(:config AS jsonb), coalesce(max(k.position) + 1, 0)"
    " FROM workflow_stage_hooks k WHERE k.stage_id = :stage"
)
_REMOVE = text("DELETE FROM workflow_stage_hooks WHERE id = :id")
_RETRY = text(
    "UPDATE hook_runs SET state = 'waiting', attempts = 0, next_try_at = now(), done_at = NULL"
    " WHERE ticket_id = :ticket AND state IN ('failed', 'waiting') RETURNING hook_id"
)
Workflow = Annotated[
    str | None, typer.Option(metavar="NAME", help="The stage's workflow (the default one unless given).")
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Of a ticket.")]


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List what stages have done, in their order."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        shown = [{**row, "config": json.dumps(row["config"])} for row in found]
        columns = printing.across(shown, ("id", "workflow", "stage", "type", "config"))
        printing.table(shown, columns, none="no stage does anything yet")


To = Annotated[
    str | None,
    typer.Option(
        help="Of a notification: ticket_creator, org_admins, role:agent, an ADDRESS. Of assign: an ADDRESS,"
        " team:NAME, department:NAME. Of advance: a STAGE. Of priority: low, normal, high, urgent. Of webhook: NAME."
    ),
]
Message = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="Of a notification or reply; a reply may name {{ number }}, {{ title }}, {{ recipient_name }},"
        " {{ author_name }} and {{ organization }}.",
    ),
]
Tags = Annotated[list[str] | None, typer.Option(metavar="TAG", help="May be repeated.")]
After = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Only if it is still there after 30m, 8h, 2d; leaving the stage ends it."),
]
InBusiness = Annotated[
    bool, typer.Option("--business-hours", help="That time counts in hours of business only: 8h is a working day.")
]
OnEvent = Annotated[
    str | None,
    typer.Option(metavar="EVENT", help="Not at its entry, but on the warning or breach of a promise in that stage."),
]


@app.command("add", epilog=keys(KEYS))
def add(  # noqa: PLR0913, PLR0917  each is an option
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="When a ticket enters it.")],
    kind: Annotated[
        str, typer.Argument(metavar="TYPE", help="notification, reply, assign, priority, tag, webhook or advance.")
    ],
    workflow: Workflow = None,
    to: To = None,
    message: Message = None,
    macro: Annotated[str | None, typer.Option(metavar="TITLE", help="Whose text a reply has.")] = None,
    put: Tags = None,
    take: Tags = None,
    after: After = None,
    business_hours: InBusiness = False,
    on: OnEvent = None,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Have something done when a ticket enters a stage, after what is done there already.

    A reminder is a reply with --after in the stage that waits for the customer; closing by itself is an advance with
    --after to the stage that is closed.
    """
    owner, made = find.one_organization(org), uuid7()
    wish = Wish(kind, to, message, macro, tuple(put or ()), tuple(take or ()), after, business_hours, on)
    with transaction(owner.id, role="admin") as connection:
        place = hooking.stage(connection, workflow, stage)
        config = json.dumps(hooking.config(connection, wish, place))
        said = {"org": owner.id, "id": made, "stage": place.id, "type": kind, "config": config}
        connection.execute(_ADD, said)
    _report(next(row for row in _rows(owner.slug) if row["id"] == made), as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As `hooks list` shows it.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Have it done no more; what is known of its runs goes with it."""
    owner = find.one_organization(org)
    found = find.by_ending(_rows(owner.slug), identifier)
    if found is None:
        raise Problem(f"there is no hook {identifier!r}; see `postern hooks list --org {owner.slug}`")
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"id": found["id"]})
    _report(found, as_json=as_json)


@app.command("runs", epilog=keys(RUN))
def runs(
    ticket: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only of this ticket.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE", callback=one_of("models.hook", "RunState"), help=f"Only {STATES}; may be repeated."
        ),
    ] = None,
    org: InOrg = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List what became of hooks, latest first."""
    owner, known = find.ticket(ticket, org) if ticket else (None, None)
    _report_runs(_runs(owner.slug if owner else org, known, state or None, limit), as_json=as_json)


@app.command("retry", epilog=keys(RUN))
def retry(number: Number, org: InOrg = None, as_json: AsJson = False) -> None:
    """Do now what failed on a ticket or waits to be tried again; the next moment shows what became of it."""
    owner, ticket = find.ticket(number, org)
    with transaction(owner.id, role="admin") as connection:
        again = list(connection.scalars(_RETRY, {"ticket": ticket}))
    if not again:
        raise Problem(f"nothing failed on {number.strip().upper()}; see `postern hooks runs --ticket {number}`")
    found = [row for row in _runs(owner.slug, ticket, None, MOST) if row["hook"] in again]
    _report_runs(found, as_json=as_json)


def _rows(slug: str | None) -> list[dict[str, Any]]:
    return [{name: row[name] for name in KEYS} for row in find.everywhere(statement("hooks"), {}, slug)]


def _runs(slug: str | None, ticket: UUID | None, states: list[str] | None, most: int) -> list[dict[str, Any]]:
    values = {"states": states, "ticket": ticket, "most": most}
    rows = find.newest(find.everywhere(statement("hook_runs"), values, slug), "created_at", most)
    return [{name: row[name] for name in RUN} for row in rows]


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page({**found, "config": json.dumps(found["config"])}, KEYS)


def _report_runs(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        columns = ("ticket", "created_at", "stage", "type", "state", "attempts", "answer", "call")
        printing.table(found, printing.across(found, columns), none="no hook ran here")
