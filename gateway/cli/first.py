"""What a database needs before the first mail: the schema, and something to write to."""

from sqlalchemy import Connection, text

from gateway.cli.checks.database import LOGINS
from gateway.cli.checks.doorbell import trusted
from gateway.cli.up import MAILBOX
from migrations.run import upgrade
from models.base import uuid7
from models.database import standing, transaction
from models.profile import Role
from models.standing import trust
from models.tenancy import add_mailbox, add_organization, add_person

AGENT, ADMIN = "agent@demo.test", "admin@demo.test"
_ONE_AT_A_TIME = 0x64656D6F  # an advisory lock: two first starts on one database make one organization


def prepare(*, demo: bool) -> bool:
    """Migrate, and make the organization Demo if it is wanted and there is no organization at all; whether it did.

    Raises:
        Unsafe: what is there must not be trusted with a mail.
    """
    trusted()
    upgrade()
    for login in LOGINS:
        trust(login, standing(login))  # here, before anything is started that would be refused
    return demo and furnish()


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
