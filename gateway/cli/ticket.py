"""`postern ticket`: what customers asked, and answers for those who are at a terminal instead of their mail client."""

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import bell, erasing, find, printing, tickets
from gateway.cli.options import AsJson, InOrg, Most, keys, noun, one_of
from gateway.cli.problems import Problem

if TYPE_CHECKING:
    from gateway.cli.writing import Desk

app = noun("Tickets. NUMBER is as in letters, such as DEMO-2026-11-00001.")
KEYS = (
    f"{keys(tickets.SHOW)} Of a letter: {', '.join(tickets.LETTER)}. Of one that is withheld: "
    f"{', '.join(tickets.WITHHELD)}. "
    f"Of a comment: {', '.join(tickets.COMMENT)}. Of a file: {', '.join(tickets.ATTACHMENT)}."
)
REDACT = ("number", "org", "done", "tables", "files")
SHORTEST_SPAN = 4
_REDACT = text("SELECT redact_ticket(:ticket, CAST(:spans AS text[]))")
STATUSES = "open, in_progress, waiting_on_customer, resolved or closed"
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="As in letters.")]
Who = Annotated[str, typer.Argument(metavar="AGENT", help="Their address.")]
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
    wanted: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="Only where they stand; as in `search`.")
    ] = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List tickets, latest activity first."""
    found = tickets.listed(org, status, assignee, wanted, limit)
    if as_json:
        printing.document(found)
    else:
        columns = ("number", "subject", "status", "priority", "requester", "assignee", "last_activity_at")
        printing.table(found, printing.across(found, columns), none="no ticket here; `postern demo` makes one")


@app.command("search", epilog=keys(tickets.SEARCH))
def search(
    wanted: Annotated[list[str], typer.Argument(metavar="WORDS", help="What is looked for.")],
    org: InOrg = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=100, help="At most this many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find tickets by their title, by what was said on them, internally too, and by names of files; the best first.

    All WORDS must be there, in any form that the organization's language gives them; "a phrase" in quotes, `or` between
    two, `-word` for none of it, `begin*` for what begins so, as in 'prin* "on fire" -water'. What came in the last
    seconds is not found yet.
    """
    found = tickets.searched(org, " ".join(wanted), limit)
    if as_json:
        printing.document(found)
    else:
        columns = printing.across(found, ("number", "subject", "status", "requester", "excerpt"))
        printing.table(found, columns, none="nothing found")


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


@app.command("watch", epilog=KEYS)
def watch(number: Number, who: Who, acting: As = None, org: InOrg = None, as_json: AsJson = False) -> None:
    """Let an agent hear of whatever is said or changed on a ticket, by letter as they wish (`postern person letters`).

    Whoever is named with an @ in a note or an answer of an agent (@ann, @ann@example.org) hears of that one, too.
    """
    with at_desk(number, org, acting) as desk:
        desk.watch(who)
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


@app.command("unwatch", epilog=KEYS)
def unwatch(number: Number, who: Who, acting: As = None, org: InOrg = None, as_json: AsJson = False) -> None:
    """Let an agent who watches a ticket hear of it no more."""
    with at_desk(number, org, acting) as desk:
        desk.unwatch(who)
    report(tickets.shown(desk.org, desk.ticket), as_json=as_json)


@app.command("redact", epilog=f"{keys(REDACT)} Of a table: {', '.join(erasing.TABLE)}.")
def redact(
    number: Number,
    spans: Annotated[
        list[str],
        typer.Option("--span", metavar="TEXT", help="What must go; `-` reads lines from stdin; may be repeated."),
    ],
    org: InOrg = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only tried and counted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a text out of a ticket, wherever it stands: a password, a card's number. Without --yes it is only tried.

    Capitals and line ends make no difference. The ticket's original mails go as a whole, since it may stand in them in
    any encoding, and so do captured letters, and files that hold it; what it cannot be looked for in (a scan) stays.
    """
    wanted = [line for span in spans for line in (sys.stdin.read().splitlines() if span == "-" else [span]) if line]
    if not wanted or min(len(one.strip()) for one in wanted) < SHORTEST_SPAN:
        raise Problem(f"give a text of {SHORTEST_SPAN} characters or more; a shorter one would stand everywhere")
    owner, ticket = find.ticket(number, org)
    gone = erasing.erase(owner, _REDACT, {"ticket": ticket, "spans": wanted}, really=yes)
    if as_json:
        said = {"number": number.strip().upper(), "org": owner.slug, "done": yes, "files": gone.files}
        printing.document({name: (said | {"tables": gone.tables})[name] for name in REDACT})
    else:
        erasing.report(gone, [])


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
    apart = {"comments", "withheld", "letters", "id"} | (set() if found["fields"] else {"fields"})
    printing.page(found, [name for name in tickets.SHOW if name not in apart])
    for letter in found["withheld"]:
        what = printing.line(f"withheld: {letter['letter']} to {letter['recipient']}, since {letter['reason']}")
        first = "after `postern suppress remove`, " if "is suppressed" in (letter["reason"] or "") else ""
        printing.say(f"\n{what}; {first}`postern outbox retry {letter['id'][-12:]}` lets it go")
    for comment in found["comments"]:
        kind = "note, internal" if comment["is_internal"] else comment["type"]
        who = printing.line(comment["author"] or comment["author_name"])
        when = printing.line(comment["created_at"])
        printing.say(f"\n--- {who} ({comment['sender_type']}, {kind}) {when}\n{comment['text'].strip()}")
        for file in comment["attachments"]:
            printing.say(f"[{printing.line(file['name'])}, {printing.line(file['type'])}, {file['size']} bytes]")
        for letter in found["letters"]:
            if letter["comment"] == str(comment["id"]):
                printing.say(_fate(letter))


def _fate(letter: dict[str, Any]) -> str:
    """Where a letter is, and for one whose arrival is not known how it is sent again."""
    said = f"{letter['state']}: {letter['answer']}" if letter["answer"] else letter["state"]
    again = f"; `postern outbox retry {letter['id'][-12:]}` sends it again" if letter["state"] == "unknown" else ""
    return printing.line(f"-> {letter['letter']} to {letter['recipient']}, {said}{again}")


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
