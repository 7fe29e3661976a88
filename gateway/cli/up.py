"""`postern up`: everything on one machine, with something to write to at its first start."""

from typing import Annotated

import typer
from sqlalchemy import Connection, text

from gateway.supervisor import up as supervise
from migrations.run import upgrade
from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.settings import settings
from models.tenancy import add_mailbox, add_organization, add_person

app = typer.Typer(add_completion=False, rich_markup_mode=None)
MAILBOX, AGENT, ADMIN = "support@demo.test", "agent@demo.test", "admin@demo.test"
_ONE_AT_A_TIME = 0x64656D6F  # an advisory lock: two first starts on one database make one organization


@app.command()
def up(
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Make no organization at the first start.")] = False,
) -> None:
    """Run everything on this machine until Ctrl-C: PostgreSQL, Redis, the SMTP door, workers, the clock.

    POSTERN_DATABASE_URL and POSTERN_REDIS_URL name servers to use instead of embedded ones. The first start makes the
    organization Demo with the mailbox support@demo.test, the agent agent@demo.test and the admin admin@demo.test.
    """

    def prepare() -> None:
        upgrade()
        if not no_demo:
            furnish()

    raise typer.Exit(supervise(settings(), prepare=prepare, recipient=MAILBOX))


def furnish() -> bool:
    """Make the organization Demo where there is none at all; whether it did."""
    org = uuid7()
    with transaction(org) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        if _has_organizations(connection):
            return False
        add_organization(connection, org, "Demo", "demo", "DEMO")
        add_mailbox(connection, org, MAILBOX, "Demo Support")
        add_person(connection, org, AGENT, "Demo Agent", Role.AGENT)
        add_person(connection, org, ADMIN, "Demo Admin", Role.ADMIN)
        return True


def _has_organizations(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT count(*) FROM list_organizations()")))
