"""`postern ticket`: what customers asked, and answers for those who are at a terminal instead of their mail client."""

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli import bell, find, printing, tickets
from gateway.cli.options import AsJson, InOrg, Most, keys, noun, one_of
from gateway.cli.problems import Problem

if TYPE_CHECKING:
    from gateway.cli.writing import Desk

app = noun("Tickets. NUMBER is as in letters, such as DEMO-2026-11-00001.")
KEYS = f"{keys(tickets.SHOW)} Of a comment: {', '.join(tickets.COMMENT)}. Of a file: {', '.join(tickets.ATTACHMENT)}."
STATUSES = "open, in_progress, waiting_on_customer, resolved or closed"
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="As in letters.")]
As = Annotated[str | None, typer.Option("--as", metavar="AGENT", help="Who acts; the first admin unless given.")]
Said = Annotated[str, typer.Option("--text", metavar="TEXT", help="What to say; `-` reads it from stdin.")]


@app.command("list", epilog=keys(tickets.LIST))
def listing(
    org: InOrg = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS", callback=one_of("models.workflow", "Status"), help=f"Only {STATUSES}; may be repeated."
        ),
    ] = None,
    assignee: Annotated[str | None, typer.Option(metavar="AGENT|none", help="Only theirs, or nobody's.")] = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List tickets, latest activity first."""
    found = tickets.listed(org, status, assignee, limit)
    if as_json:
        printing.document(found)
    else:
        columns = ("number", "subject", "status", "priority", "requester", "assignee", "last_activity_at")
        printing.table(found, printing.across(found, columns), none="no ticket here; `postern demo` makes one")


@app.command("show", epilog=KEYS)
def show(number: Number, org: InOrg = None, as_json: AsJson = False) -> None:
    """Show a ticket and the thread of its comments."""
    report(tickets.shown(*find.ticket(number, org)), as_json=as_json)


@app.command("reply", epilog=KEYS)
def reply(number: Number, said: Said, acting: As = None, org: InOrg = None, as_json: AsJson = False) -> None:
    """Answer the customer and everybody who takes part; it goes out as a letter. The first to answer is assigned."""
    with at_desk(number, org, acting) as desk:
        letters = desk.reply(words(said))
    bell.ring("outbound.send", letters)
    if not letters:
        sys.stderr.write("postern: nobody who takes part has an address; the answer is kept, no letter goes out\n")
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


@app.command("note", epilog=KEYS)
def note(number: Number, said: Said, acting: As = None, org: InOrg = None, as_json: AsJson = False) -> None:
    """Write a note that no customer sees."""
    with at_desk(number, org, acting) as desk:
        desk.note(words(said))
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


@app.command("assign", epilog=KEYS)
def assign(
    number: Number,
    agent: Annotated[str, typer.Argument(metavar="AGENT|none", help="Their address, or none.")],
    acting: As = None,
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Give a ticket to an agent, or to nobody."""
    with at_desk(number, org, acting) as desk:
        desk.assign(None if agent == "none" else agent)
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


@app.command("stage", epilog=KEYS)
def stage(
    number: Number,
    name: Annotated[str, typer.Argument(metavar="STAGE", help="A stage of its workflow, or a status.")],
    acting: As = None,
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Move a ticket to another stage of its workflow."""
    with at_desk(number, org, acting) as desk:
        desk.stage(name)
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


def at_desk(number: str, org: str | None, acting: str | None) -> "AbstractContextManager[Desk]":
    """A ticket in the hands of an agent; see `writing.desk`."""
    from gateway.cli.writing import desk  # noqa: PLC0415  filing's modules cost 0.2 s that a listing need not pay

    return desk(number, org, acting)


def report(found: dict[str, Any], *, as_json: bool) -> None:
    """Print a ticket and its thread.

    Args:
        found: with the keys of `tickets.SHOW`.
        as_json: as a document.
    """
    if as_json:
        printing.document(found)
        return
    printing.page(found, [name for name in tickets.SHOW if name not in {"comments", "id"}])
    for comment in found["comments"]:
        kind = "note, internal" if comment["is_internal"] else comment["type"]
        who = printing.line(comment["author"] or comment["author_name"])
        when = printing.line(comment["created_at"])
        printing.say(f"\n--- {who} ({comment['sender_type']}, {kind}) {when}\n{comment['text'].strip()}")
        for file in comment["attachments"]:
            printing.say(f"[{printing.line(file['name'])}, {printing.line(file['type'])}, {file['size']} bytes]")


def words(said: str) -> str:
    """What `--text` says, read from stdin for `-`, without control characters.

    Raises:
        Problem: it is empty.
    """
    heard = sys.stdin.buffer.read().decode(errors="replace") if said == "-" else said
    clean = printing.safe(heard.replace("\r\n", "\n")).strip()
    if not clean:
        raise Problem("there is nothing to say; give --text TEXT, or --text - and the text on stdin")
    return clean
