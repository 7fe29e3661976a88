"""Time that passes in a story, for its organization alone, and the clock that is rung before its hour."""

from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.sql import SQL, Identifier

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from tests.journeys.stage import Captured, Stage, body
from tests.waiting import until
from workers.app import app

COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.columns o USING (table_schema, table_name)
    JOIN pg_class k ON k.oid = to_regclass(c.table_name) AND k.relkind = 'r'
    WHERE table_schema = 'public' AND o.column_name = 'org_id' AND c.data_type = 'timestamp with time zone'
      AND c.is_generated = 'NEVER' AND table_name NOT LIKE 'audit%'
    ORDER BY 1, 2
"""


def pass_time(stage: Stage, **passed: float) -> None:
    """As if all that has happened in an organization had happened earlier.

    Triggers look away meanwhile (the history refuses changes); tickets are locked first, as whoever changes one does.

    Args:
        stage: the organization.
        passed: as of `timedelta`.
    """
    with psycopg.connect(EmbeddedPostgres(stage.system.data).url("superuser")) as connection:
        org = {"org": stage.id, "passed": timedelta(**passed)}
        connection.execute("SET session_replication_role = replica")
        connection.execute("SELECT FROM tickets WHERE org_id = %(org)s ORDER BY id FOR NO KEY UPDATE", org)
        for table, column in connection.execute(COLUMNS).fetchall():
            change = SQL("UPDATE {} SET {} = {} - %(passed)s WHERE org_id = %(org)s AND isfinite({})")
            names = (Identifier(name) for name in (table, column, column, column))
            connection.execute(change.format(*names), org)


def ring(stage: Stage, task: str) -> None:
    """Have the running clock do something now."""
    with app.connection_for_write(EmbeddedRedis(stage.system.data).url("redis+socket")) as connection:
        app.send_task(task, connection=connection)


def noon() -> str:
    """A time zone where it is between twelve and one now, and the clocks are never changed."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # its sign is that of POSIX


def at_noon(stage: Stage) -> None:
    """It is noon where the organization is, and it works from nine to five on every day."""
    hours = ", ".join(f'"{day}": [["09:00", "17:00"]]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    said = {"hours": "{" + hours + "}", "zone": noon()}
    stage.ask("UPDATE organization_settings SET timezone = %(zone)s WHERE org_id = %(org)s", **said)
    stage.ask("UPDATE business_calendars SET hours = %(hours)s WHERE org_id = %(org)s AND is_default", **said)


def told(stage: Stage, *waiting: str) -> list[tuple[str, list[str]]]:
    """Whom the letters about notices that are due within a minute tell what.

    Args:
        stage: the organization.
        waiting: addresses of people who are told later.
    """
    pass_time(stage, minutes=2)
    ring(stage, "clock.notify")
    due = (
        "SELECT 1 FROM notifications n JOIN profiles p ON p.org_id = n.org_id AND p.id = n.profile_id"
        " WHERE n.org_id = %(org)s AND n.mailed_at IS NULL AND p.email <> ALL (%(waiting)s)"
    )
    until(lambda: not stage.ask(due, waiting=list(waiting)) and stage.rest()[2] == 0)
    return sorted((one.recipient, lines(one)) for one in stage.letters() if one.letter == "notices")


def lines(letter: Captured) -> list[str]:
    """What a letter about notices tells."""
    return [line.removeprefix("- ").strip() for line in body(letter.message).splitlines() if line.startswith("- ")]
