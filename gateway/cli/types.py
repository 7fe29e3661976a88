"""`postern types`: the kinds of request that an organization tells apart, and what a ticket of each starts as."""

import json
from typing import Annotated, Any

import typer

from gateway.cli import find, kinds, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun

app = noun(
    "Request types. A mail is of one by the tag of its address (support+billing@), its mailbox, a rule, or words of the"
    " type's own. What can be taken away is taken away by none, as in --department none."
)
COLUMNS = ("name", "order", "is_active", "category", "priority", "department", "requires_event", "audiences", "match")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the type, in any case.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")]
Category = Annotated[str | None, typer.Option(help="billing, technical, event or general.")]
Urgency = Annotated[str | None, typer.Option("--priority", help="low, normal, high or urgent.")]
Queue = Annotated[str | None, typer.Option("--department", metavar="NAME", help="Where its tickets wait.")]
Workflow = Annotated[str | None, typer.Option("--workflow", metavar="NAME", help="By which its tickets go.")]
Event = Annotated[
    bool | None,
    typer.Option("--requires-event/--no-requires-event", help="Its tickets are about an event, which is asked for."),
]
Audiences = Annotated[
    list[str] | None, typer.Option("--audience", metavar="WORD", help="Only these customers may choose it; repeatable.")
]
Subject = Annotated[
    list[str] | None, typer.Option("--subject", metavar="WORDS", help="A mail is of it whose subject has them.")
]
Text = Annotated[list[str] | None, typer.Option("--text", metavar="WORDS", help="Or its text; * stands for anything.")]
Sender = Annotated[list[str] | None, typer.Option("--sender", metavar="WORDS", help="Or the address it is from.")]
Method = Annotated[
    str | None, typer.Option("--assign-by", help="round_robin or least_busy: choose among the team, else department.")
]
Team = Annotated[str | None, typer.Option("--team", metavar="NAME", help="The team among which an agent is chosen.")]
Active = Annotated[bool | None, typer.Option("--active/--inactive", help="Whether it is in use.")]
Order = Annotated[int | None, typer.Option("--order", metavar="N", help="Lower ones come first.")]


@app.command("list", epilog=keys(kinds.LIST))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List request types in their order; the first whose words stand in a mail is the mail's."""
    found = kinds.listed(org)
    if as_json:
        printing.document(found)
    else:
        shown = [row | {"match": _told(row["match"])} for row in found]
        printing.table(shown, printing.across(shown, COLUMNS), none="no request type; see `postern types add --help`")


@app.command("add", epilog=keys(kinds.LIST))
def add(  # noqa: PLR0913, PLR0917  each is an option
    name: Name,
    org: OfOrg = None,
    description: Description = None,
    category: Category = None,
    priority: Urgency = None,
    department: Queue = None,
    workflow: Workflow = None,
    requires_event: Event = None,
    audiences: Audiences = None,
    subject: Subject = None,
    words: Text = None,
    sender: Sender = None,
    assign_by: Method = None,
    team: Team = None,
    active: Active = None,
    order: Order = None,
    as_json: AsJson = False,
) -> None:
    """Add a request type; it is in force with the next mail."""
    asked = kinds.Asked(
        None, description, category, priority, department, workflow, requires_event, audiences, subject, words, sender,
        assign_by, team, active, order,
    )  # fmt: skip
    owner = find.one_organization(org)
    kinds.add(owner, name, asked)
    _report(kinds.one(owner, name), as_json=as_json)


@app.command("change", epilog=keys(kinds.LIST))
def change(  # noqa: PLR0913, PLR0917  each is an option
    name: Name,
    org: OfOrg = None,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="How it is called from now on.")
    ] = None,
    description: Description = None,
    category: Category = None,
    priority: Urgency = None,
    department: Queue = None,
    workflow: Workflow = None,
    requires_event: Event = None,
    audiences: Audiences = None,
    subject: Subject = None,
    words: Text = None,
    sender: Sender = None,
    assign_by: Method = None,
    team: Team = None,
    active: Active = None,
    order: Order = None,
    as_json: AsJson = False,
) -> None:
    """Change what is said here and leave the rest; tickets stay as they are."""
    asked = kinds.Asked(
        new_name, description, category, priority, department, workflow, requires_event, audiences, subject, words,
        sender, assign_by, team, active, order,
    )  # fmt: skip
    owner = find.one_organization(org)
    kinds.change(owner, name, asked)
    _report(kinds.one(owner, new_name or name), as_json=as_json)


@app.command("remove", epilog=keys(kinds.LIST))
def remove(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Remove a request type; its tickets have none then. What shall only be chosen no more is made --inactive."""
    found = kinds.removed(find.one_organization(org), name)
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found['name']} is removed")


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(found | {"match": _told(found["match"])}, kinds.LIST)


def _told(match: dict[str, Any]) -> str | None:
    return json.dumps(match, ensure_ascii=False) if match else None
