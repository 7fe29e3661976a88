"""`postern up`: everything on one machine, with something to write to at its first start."""

from typing import Annotated

import typer

from gateway.supervisor import logs
from gateway.supervisor import up as supervise
from models.settings import settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)
MAILBOX = "support@demo.test"


@app.command()
def up(
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Make no organization at the first start.")] = False,
) -> None:
    """Run everything on this machine until Ctrl-C: PostgreSQL, Redis, the SMTP door, workers, the clock.

    POSTERN_DATABASE_URL and POSTERN_REDIS_URL name servers to use instead of embedded ones. The first start makes the
    organization Demo with the mailbox support@demo.test, the agent agent@demo.test and the admin admin@demo.test, and
    says so.
    """

    def prepare() -> None:
        from gateway.cli import first  # noqa: PLC0415  loaded while the servers come up, not before

        if first.prepare(demo=not no_demo):
            logs.show(f"First start: organization Demo is made; {first.ADMIN} is its admin, {first.AGENT} its agent.\n")
            logs.show("Your own: postern org add NAME --admin YOU@your.domain\n")

    recipient = "support@your.domain" if no_demo else MAILBOX
    raise typer.Exit(supervise(settings(), prepare=prepare, recipient=recipient))
