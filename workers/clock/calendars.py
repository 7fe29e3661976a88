"""The calendars of an organization, read from their rows; without any, every hour counts."""

from uuid import UUID

from sqlalchemy import Connection, text

from workers.clock import hours
from workers.clock.hours import Hours

_READ = text("""
    SELECT c.id, c.is_default, c.hours, c.holidays, coalesce(c.timezone, s.timezone) AS timezone
    FROM business_calendars c JOIN organization_settings s ON s.org_id = c.org_id WHERE c.org_id = :org
""")

Week = Hours | str | None
"""Hours that count, None for all, or what is wrong with them."""


def known(connection: Connection, org: UUID) -> dict[UUID | None, Week]:
    """The calendars by identifier, under None the default one.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    found: dict[UUID | None, Week] = {None: None}
    for row in connection.execute(_READ, {"org": org}):
        week = _read(row.hours, row.holidays, row.timezone)
        found |= {row.id: week} | ({None: week} if row.is_default else {})
    return found


def default(connection: Connection, org: UUID) -> Week:
    """The calendar that counts where none is named; arguments as `known`."""
    return known(connection, org)[None]


def _read(week: dict[str, list[list[str]]], holidays: list[dict[str, str]], zone: str) -> Week:
    try:
        return hours.read(week, holidays, zone)
    except ValueError as error:
        return str(error)
