"""`postern rules`: how new tickets find their type, queue, priority, tags and agent; tried before they go live."""

from typing import Annotated, Any

import typer

from gateway.cli import find, printing, ruling
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun

app = noun(
    "Routing rules. A condition is FIELD OP VALUE, as in 'subject contains invoice'. Fields: sender, domain,"
    " recipient, subject, text, language, attachments, time, mailbox, tag, field:KEY (a custom field). Ops: contains,"
    " equals, starts, ends, in (several, with commas), matches (words with * for anything), exists (yes or no); a"
    " time is 'time in mon-fri 08:00-17:30'. A rule on a custom field is looked at again when a customer answers it."
)
TEST = ("mail", "mailbox", "type", "department", "priority", "tags", "assignee", "rules", "trace")
TESTED = ("rule", "holds", "why")
REHEARSAL = ("rule", "org", "days", "mails", "unread", "holds", "changes", "seconds", "rate", "examples")
EXAMPLE = ("mail", "received_at", "sender", "subject", "before", "after")
ROUTE = ("type", "department", "priority", "tags", "assignee")
COLUMNS = ("name", "order", "when", "type", "department", "priority", "tags", "assignee", "problem")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the rule, in any case.")]
All = Annotated[list[str] | None, typer.Option("--all", metavar="CONDITION", help="Must hold; may be repeated.")]
Any_ = Annotated[list[str] | None, typer.Option("--any", metavar="CONDITION", help="One of these must hold.")]
None_ = Annotated[list[str] | None, typer.Option("--not", metavar="CONDITION", help="Must not hold.")]
Written = Annotated[
    str | None,
    typer.Option("--conditions", metavar="JSON", help="Nested ones: {all|any|not: [{field, op, value} or such, …]}."),
]
Kind = Annotated[str | None, typer.Option("--type", metavar="NAME", help="Request type.")]
Queue = Annotated[str | None, typer.Option("--department", metavar="NAME", help="Department.")]
Urgency = Annotated[str | None, typer.Option("--priority", help="low, normal, high or urgent.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Put this tag; may be repeated.")]
Agent = Annotated[str | None, typer.Option("--assignee", metavar="AGENT", help="Assign to this agent.")]
Method = Annotated[
    str | None, typer.Option("--assign-by", help="round_robin or least_busy: choose among the team, else department.")
]
Team = Annotated[str | None, typer.Option("--team", metavar="NAME", help="The team among which an agent is chosen.")]
Order = Annotated[int | None, typer.Option("--order", metavar="N", help="Lower ones come first [0].")]


@app.command("list", epilog=keys(ruling.LIST))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List the rules in the order in which they apply: what an earlier one sets a later one leaves, tags add up."""
    found = ruling.listed(org)
    if as_json:
        printing.document(found)
    else:
        none = "no rule yet; see `postern rules add --help`"
        printing.table(found, printing.across(found, COLUMNS), none=none)


@app.command("add", epilog=keys(ruling.LIST))
def add(  # noqa: PLR0913, PLR0917  each is an option
    name: Name,
    org: OfOrg = None,
    every: All = None,
    some: Any_ = None,
    none: None_ = None,
    written: Written = None,
    kind: Kind = None,
    department: Queue = None,
    priority: Urgency = None,
    tags: Tags = None,
    assignee: Agent = None,
    assign_by: Method = None,
    team: Team = None,
    order: Order = None,
    as_json: AsJson = False,
) -> None:
    """Add a rule, or write the one of that name anew. It is in force with the next mail; `rehearse` it first."""
    asked = ruling.Asked(every, some, none, written, kind, department, priority, tags, assignee, assign_by, team, order)
    owner = find.one_organization(org)
    ruling.write(owner, name, asked)
    _report(owner, name, as_json=as_json)


@app.command("remove", epilog=keys(ruling.LIST))
def remove(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Remove a rule; tickets that it routed stay as they are."""
    found = ruling.removed(find.one_organization(org), name)
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found['name']} is removed")


@app.command(
    "test", epilog=f"{keys(TEST)} Of a rule: {', '.join(TESTED)}. Of a step of the trace: step, verdict, reason."
)
def try_mail(
    mail: Annotated[str, typer.Argument(metavar="ID|FILE", help="A stored mail, or an .eml file.")],
    org: OfOrg = None,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Of a file: the mailbox it comes to.")] = None,
    to: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Of a file: the address, with its +tag.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which rules hold for a mail and why, and what its ticket would start as now. Nothing is changed."""
    from gateway.cli import testing  # noqa: PLC0415  loads what reads mails

    found = testing.tested(mail, org, mailbox, to)
    if as_json:
        printing.document(found)
        return
    printing.page(found, [name for name in TEST if name not in ("rules", "trace")])
    for name, columns in (("rules", TESTED), ("trace", ("step", "verdict", "reason"))):
        printing.say("")
        printing.table(found[name], columns, none="no rule yet")


@app.command(
    "rehearse", epilog=f"{keys(REHEARSAL)} Of an example: {', '.join(EXAMPLE)}; before and after: {', '.join(ROUTE)}."
)
def rehearse(  # noqa: PLR0913, PLR0917  each is an option
    name: Name,
    org: OfOrg = None,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=3650, help="Mails of the last N days.")] = 30,
    every: All = None,
    some: Any_ = None,
    none: None_ = None,
    written: Written = None,
    kind: Kind = None,
    department: Queue = None,
    priority: Urgency = None,
    tags: Tags = None,
    assignee: Agent = None,
    assign_by: Method = None,
    team: Team = None,
    order: Order = None,
    as_json: AsJson = False,
) -> None:
    """Try a rule on the stored mails that opened tickets: for how many it holds, and what would have become different.

    Given as for `add`, it is tried instead of the one of that name. With a name alone, what there is is tried against
    its absence. Nothing is changed.
    """
    from gateway.cli import rehearsing  # noqa: PLC0415  loads what reads mails

    asked = ruling.Asked(every, some, none, written, kind, department, priority, tags, assignee, assign_by, team, order)
    found = rehearsing.rehearsed(find.one_organization(org), name, asked, days)
    if as_json:
        printing.document(found)
        return
    printing.page(found, [key for key in REHEARSAL if key != "examples"])
    printing.say("")
    shown = [one | {way: _route(one[way]) for way in ("before", "after")} for one in found["examples"]]
    printing.table(shown, ("subject", "sender", "before", "after"), none="no ticket would have started otherwise")


def _route(found: dict[str, Any]) -> str:
    return ", ".join(printing.line(value) for value in found.values() if value)


def _report(owner: find.Org, name: str, *, as_json: bool) -> None:
    found = ruling.one(owner, name)
    if as_json:
        printing.document(found)
    else:
        printing.page(found, ruling.LIST)
