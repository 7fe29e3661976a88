"""Adapters for what headers say."""

from datetime import UTC, datetime, timedelta

from tests.scores.cases import Case
from tests.scores.judging import Adapter, Judged, address_of, alike, bare, flat, listed, name_of, same
from workers.inbound.mail import Address


def subject(case: Case) -> Judged | None:
    """Decoded, white space aside."""
    if not case.is_mail or (stated := case.expects.get("subject")) is None:
        return None
    return Judged(flat(stated), flat(case.mail.subject), alike(flat(stated), flat(case.mail.subject)))


def author(case: Case) -> Judged | None:
    """The one From; a source that states several wants a sender that is unknown to us."""
    stated = next((case.expects[key] for key in ("from", "from_email", "from_address") if key in case.expects), None)
    if stated is None:
        return None
    sender = case.mail.sender
    wanted = listed(stated)
    if len(wanted) != 1 or "@" not in address_of(wanted[0]):
        return Judged(wanted, sender, sender is None)
    found = {"address": sender.address.lower(), "name": flat(sender.name)} if sender else case.mail.sender_note
    expected = {"address": address_of(wanted[0]), "name": name_of(wanted[0])}
    if isinstance(found, dict) and not expected["name"]:
        expected["name"] = found["name"]
    return same(expected, found)


def receivers(case: Case) -> Judged | None:
    """The addresses of To, in order; what is no address at all is not asked for."""
    stated = case.expects.get("to")
    if stated is None or not case.is_mail:
        return None
    wanted = [found for one in _people(stated) if "@" in (found := address_of(one))]
    return same(wanted, [_lower(one) for one in case.mail.to])


def _people(stated: object) -> list[object]:
    people: list[object] = []
    for one in listed(stated):
        group = one.get("addresses") or one.get("group") if isinstance(one, dict) else None
        people += group if isinstance(group, list) else [one]
    return people


def _lower(one: Address) -> str:
    return one.address.lower()


def message_id(case: Case) -> Judged | None:
    """The Message-ID."""
    stated = case.expects.get("message_id")
    return None if stated is None or not case.is_mail else same(bare(stated), bare(case.mail.message_id))


def in_reply_to(case: Case) -> Judged | None:
    """What it answers."""
    stated = case.expects.get("in_reply_to")
    return None if stated is None else same([*map(bare, listed(stated))], [*map(bare, case.mail.in_reply_to)])


def references(case: Case) -> Judged | None:
    """The mails before it; a source may count In-Reply-To among them."""
    stated = case.expects.get("references")
    if stated is None:
        return None
    wanted, found = [*map(bare, listed(stated))], [*map(bare, case.mail.references)]
    with_answered = [*found, *(bare(one) for one in case.mail.in_reply_to if bare(one) not in found)]
    return Judged(wanted, found, wanted in (found, with_answered))


def parent(case: Case) -> Judged | None:
    """Its parent in the thread is among the mails it cites."""
    stated = case.expects.get("thread_parent")
    if not isinstance(stated, str):
        return None
    cited = [bare(one) for one in case.mail.cited]
    return Judged(bare(stated), cited, bare(stated) in cited)


def date(case: Case) -> Judged | None:
    """The Date as a point in time."""
    stated = case.expects.get("date_utc") or case.expects.get("date")
    if stated is None or not case.is_mail:
        return None
    wanted = _moment(stated)
    return None if wanted is None else same(wanted, case.mail.date)


def _moment(stated: object) -> datetime | None:
    try:
        if not isinstance(stated, dict):
            return datetime.fromisoformat(str(stated)).replace(tzinfo=UTC)
        day, units = datetime(stated["year"], stated["month"], stated["day"], tzinfo=UTC), ("hour", "minute", "second")
        local = day + timedelta(**{f"{unit}s": stated[unit] for unit in units})
        away = timedelta(hours=stated["tz_hour"], minutes=stated["tz_minute"])
        return local + away if stated["tz_before_gmt"] else local - away
    except (ValueError, KeyError):
        return None


ADAPTERS: dict[str, Adapter] = {
    "subject": subject,
    "from": author,
    "to": receivers,
    "message_id": message_id,
    "in_reply_to": in_reply_to,
    "references": references,
    "thread_parent": parent,
    "date": date,
}
