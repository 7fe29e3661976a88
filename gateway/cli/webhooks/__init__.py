"""`postern webhooks`: where an organization is told by HTTP, and what became of each call."""

import logging
import sys
from datetime import datetime
from importlib import import_module
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import bell, find, printing
from gateway.cli.options import AsJson, InOrg, Most, OfOrg, keys, noun, one_of
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from gateway.cli.webhooks import rows
from gateway.cli.webhooks.rows import KEYS, Row
from models.base import uuid7
from models.database import transaction
from models.webhook import TEST, Event, new_secret
from workers.outbound.webhooks.claims import retry as queue_again

app = noun(
    "Webhooks: programs that are told of tickets by HTTP, signed as Standard Webhooks says. A call that is refused or"
    " not answered is made again for five days, under the same Webhook-Id. ID may be shortened to its beginning or end."
)
SECRET = (*KEYS, "secret")
CALL = (
    "id", "org", "webhook", "event", "ticket", "state", "attempts", "answer", "next_try_at", "created_at", "sent_at",
    "tries",
)  # fmt: skip
TRY = ("at", "outcome", "answer")
STATES = "queued, sending, sent, deferred, failed or withheld"
LISTING = "postern webhooks calls"
CALL_KEYS = f"{keys(CALL)} Of a try: {', '.join(TRY)}."
_TEST = text("INSERT INTO webhook_calls (org_id, id, webhook_id, event) VALUES (:org, :id, :webhook, :event)")
Name = Annotated[str, typer.Argument(metavar="NAME", help="As `webhooks list` shows it.")]
Identifier = Annotated[str, typer.Argument(metavar="ID", help="At least six digits of its beginning or end.")]


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List webhooks, and how many calls of each wait or have failed."""
    found = rows.rows(org)
    if as_json:
        printing.document(found)
    else:
        shown = [{**row, "events": ", ".join(row["events"])} for row in found]
        columns = printing.across(shown, ("name", "url", "events", "state", "waiting", "failed"))
        printing.table(shown, columns, none="no webhook; `postern webhooks add NAME URL` makes one")


@app.command("add", epilog=keys(SECRET))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="By which hooks of stages name it, too.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="https://HOST/PATH; http on this machine itself only.")],
    on: Annotated[
        list[str] | None, typer.Option(metavar="EVENT", help=f"Tell it of {', '.join(Event)}; may be repeated.")
    ] = None,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Make a webhook and print its secret, this once; `hooks add STAGE webhook --to NAME` has a stage call it."""
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        secret = rows.add(connection, owner.id, name, url, on or [])
    _with_secret(rows.named(name, owner.slug)[1], secret, as_json=as_json)


@app.command("rotate", epilog=keys(SECRET))
def rotate(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Make a new secret and print it, this once; calls are signed with it from now on, also those that wait."""
    owner, found = rows.named(name, org)
    with transaction(owner.id, role="admin") as connection:
        secret = new_secret(connection, owner.id, found["id"])
    _with_secret(rows.named(name, owner.slug)[1], secret, as_json=as_json)


@app.command("test", epilog=CALL_KEYS)
def try_out(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Call it now from this machine, after what is due already, and show what it says; exit code 1 if it is refused."""
    owner, found = rows.named(name, org)
    if found["state"] == "paused":
        raise Problem(f"{found['name']} is paused; `postern webhooks resume {found['name']}` goes on")
    made = uuid7()
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_TEST, {"org": owner.id, "id": made, "webhook": found["id"], "event": TEST})
    _make([found["id"]])
    shown = _call(owner, made)
    _report(shown, as_json=as_json)
    if shown["state"] != "sent":
        raise Problem(f"{found['name']} did not take it: {shown['answer'] or 'others are due before it'}")


@app.command("pause", epilog=keys(KEYS))
def pause(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Call it no more; calls that come up are withheld until `resume`."""
    _switch(name, org, on=False, as_json=as_json)


@app.command("resume", epilog=keys(KEYS))
def resume(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Call it again, with what was withheld meanwhile."""
    _switch(name, org, on=True, as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Forget it, its secret and its calls, those that wait, too."""
    owner, found = rows.named(name, org)
    rows.remove(owner.id, found["id"])
    _page(found, KEYS, as_json=as_json)


@app.command("calls", epilog=CALL_KEYS)
def calls(
    webhook: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this webhook.")] = None,
    ticket: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only about this ticket.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE", callback=one_of("models.outgoing", "State"), help=f"Only {STATES}; may be repeated."
        ),
    ] = None,
    org: InOrg = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List calls, latest first."""
    owner, known = find.ticket(ticket, org) if ticket else (None, None)
    found = _calls(owner.slug if owner else org, limit, states=state or None, ticket=known, webhook=webhook)
    if as_json:
        printing.document(found)
    else:
        columns = ("id", "created_at", "webhook", "event", "ticket", "state", "attempts", "answer")
        printing.table(found, printing.across(found, columns), none="no call here")


@app.command("show", epilog=CALL_KEYS)
def show(identifier: Identifier, as_json: AsJson = False) -> None:
    """Show a call, each try to make it and what the server said."""
    _report(_call(*find.row("webhook_calls", identifier, LISTING)), as_json=as_json)


@app.command("retry", epilog=CALL_KEYS)
def retry(identifier: Identifier, as_json: AsJson = False) -> None:
    """Make a call now that failed, is deferred or withheld."""
    org, call = find.row("webhook_calls", identifier, LISTING)
    with transaction(org.id, role="admin") as connection:
        webhooks = queue_again(connection, org.id, [call])
    found = _call(org, call)
    if not webhooks:
        raise Problem(f"{call} is {found['state']}; only failed, deferred and withheld calls are made again")
    bell.ring("outbound.call", webhooks)
    _report(found, as_json=as_json)


def _make(webhooks: list[UUID]) -> None:
    """As a worker does, and no word of its log where an answer is printed."""
    structlog = import_module("structlog")  # loaded here: with Celery it takes longer than most commands
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet, logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    import_module("workers.outbound.webhooks.task").call([str(one) for one in webhooks])


def _switch(name: str, slug: str | None, *, on: bool, as_json: bool) -> None:
    owner, found = rows.named(name, slug)
    rows.switch(owner.id, found["id"], on=on)
    if on:
        bell.ring("outbound.call", [found["id"]])
    _page(rows.named(name, owner.slug)[1], KEYS, as_json=as_json)


def _with_secret(found: Row, secret: str, *, as_json: bool) -> None:
    _page({**found, "secret": secret}, SECRET, as_json=as_json)
    if not as_json:
        printing.say("\nkeep the secret where calls are received: it is shown this once")


def _page(found: Row, names: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page({**found, "events": ", ".join(found["events"])}, names)


def _calls(slug: str | None, most: int, **asked: Any) -> list[Row]:  # noqa: ANN401  values of the statement
    values = {"states": None, "call": None, "webhook": None, "ticket": None, **asked, "most": most}
    found = find.newest(find.everywhere(statement("webhook_calls"), values, slug), "created_at", most)
    return [{name: row[name] for name in CALL} | {"tries": [_try(one) for one in row["tries"]]} for row in found]


def _try(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in TRY} | {"at": datetime.fromisoformat(one["at"])}


def _call(org: find.Org, call: UUID) -> Row:
    return _calls(org.slug, 1, call=call)[0]


def _report(found: Row, *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
        return
    printing.page(found, CALL[:-1])
    printing.say("")
    printing.table(found["tries"], TRY, none="it was not tried yet")
