"""What all rules share: their shape, and who and what in the database has a name of its own."""

from collections.abc import Callable

from sqlalchemy import Connection, text

Rule = Callable[[Connection], list[str]]
"""Answers what breaks the rule, one line each, beginning with the name of the thing; nothing if it is kept."""

OWNER = "postern_owner"
REGISTRAR = "postern_registrar"
BACKUP = "postern_backup"  # reads everything, and nobody is it but for a backup
DOORS = ("postern_gateway", "postern_fetcher")
LOGINS = ("postern_app", *DOORS)
ROLES = (OWNER, REGISTRAR, BACKUP, *LOGINS)

NOT_OURS = ["alembic_version"]

ROAMING: dict[str, str] = {
    # table: why it belongs to no organization, or is known by something unique over all of them
    "organizations": "is the tenant itself",
    "accounts": "one login for a person of many organizations",
    "account_identities": "as accounts",
    "admin_invite_codes": "made before there is an organization",
    "receiving_addresses": "an address leads to one organization of all",
    "door_limits": "counted before the door knows whose mail it is",
}


def ask(connection: Connection, query: str, **values: object) -> list[str]:
    """The lines a query answers, `:roaming` and `:not_ours` given.

    Args:
        connection: of anybody, since the catalogue is open to all.
        query: answers one column of text.
        values: its other parameters.
    """
    given = {"roaming": list(ROAMING), "not_ours": NOT_OURS} | values
    statement = text(query)
    wanted = statement.compile().params
    return sorted(connection.scalars(statement, {name: it for name, it in given.items() if name in wanted}))
