"""When an organization's agents are told what is new in quarantine: once a day, at its hour, on days of business."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from models import digest
from workers.clock import calendars
from workers.clock.hours import Hours

FARTHEST = 14  # days back; nobody is told of what is older than a week
_STANDING = text("""
    SELECT now() AS now, s.timezone, s.policies -> 'digest' AS hour, (
        SELECT min(r.processed_at) FROM raw_mail r
        WHERE r.org_id = :org AND r.stage = 'quarantined' AND r.processed_at > now() - interval '7 days'
          AND NOT is_told(r.trace)) AS oldest
    FROM organization_settings s WHERE s.org_id = :org
""")
_TOLD = text(
    "SELECT EXISTS (SELECT FROM outgoing WHERE org_id = :org AND id >= :first AND letter = 'quarantine_digest')"
)


def due(connection: Connection, org: UUID) -> bool:
    """Whether the letter is to be written now.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    row = connection.execute(_STANDING, {"org": org}).one()
    at, week = digest.hour(row.hour), calendars.default(connection, org)
    if at is None or row.oldest is None:
        return False
    week = week if isinstance(week, Hours) else None
    since = latest(row.now, at, week.zone if week else ZoneInfo(row.timezone), week)
    if since is None or row.oldest > since:
        return False
    first = UUID(int=int(since.timestamp() * 1000) << 80)  # identifiers begin with their time
    return not connection.scalar(_TOLD, {"org": org, "first": first})


def latest(now: datetime, at: time, zone: ZoneInfo, week: Hours | None) -> datetime | None:
    """When it was that hour last, on a day on which anybody works; None if that is long ago.

    Args:
        now: the moment.
        at: the hour, by the clock of `zone`.
        zone: of the organization.
        week: its days of business; None for all.
    """
    today = now.astimezone(zone).date()
    for back in range(FARTHEST):
        day = today - timedelta(days=back)
        works = week is None or (day not in week.holidays and bool(week.week[day.weekday()]))
        moment = datetime.combine(day, at, zone)
        if works and moment <= now:
            return moment
    return None
