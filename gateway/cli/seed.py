"""`postern seed`: made-up organizations and tickets, to try things out and to measure with."""

from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, keys
from gateway.cli.problems import Problem
from gateway.cli.progress import progress
from gateway.cli.seeding import fill

app = typer.Typer(add_completion=False, rich_markup_mode=None)
KEYS = ("organizations", "people", "tickets", "revisions", "comments")
_MAIL = text("SELECT 1 AS is_there WHERE EXISTS (SELECT FROM raw_mail)")


@app.command(epilog=keys(KEYS))
def seed(
    tickets: Annotated[int, typer.Option(min=1, max=10_000_000, help="In all of them, in equal parts.")] = 1000,
    organizations: Annotated[int, typer.Option(min=1, max=10_000, help="New: seed-1, seed-2, …")] = 1,
    beside: Annotated[bool, typer.Option("--beside-real-mail", help="Although mail came in here.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make organizations with a year of tickets: people, stages, about five comments each, tags, numbers.

    No mail is stored or sent for them. The clock makes the words that they are found by; that takes a while.
    """
    if not beside and (found := find.everywhere(_MAIL, {})):
        raise Problem(
            f"mail came in here already (organization {found[0]['org']}); seed an installation of its own with --data,"
            " or add --beside-real-mail"
        )
    with progress() as bar, bar.step("seeding", tickets, unit="tickets") as done:
        made = fill(tickets, organizations, done)
    if as_json:
        printing.document({name: made[name] for name in KEYS})
        return
    printing.say(", ".join(f"{made[name]:,} {name}" for name in KEYS))
