"""An invitation in words: what, when and where, by whom, and what it is about (RFC 5545, RFC 5546).

The library for this format takes time quadratic in what a stranger sends; these few fields are read in linear time.
Times stand as they were written, beside the time zone that was named: whoever was invited reads the same.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from workers.inbound import scrub
from workers.inbound.decode import charset

KINDS = ("text/calendar", "application/ics")
MOST = 3  # events that are told of one mail
_READ_BYTES, _READ_LINES = 262_144, 5_000
_SHOWN = 300  # characters of one field
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"]*"|[^";:]*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DATE, _TIME = re.compile(r"\d{8}"), re.compile(r"\d{8}T\d{6}Z?")
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?")
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time is proposed",
    "DECLINECOUNTER": "The other time is declined",
    "ADD": "Another date of a series",
}
_ANSWERS = {"ACCEPTED": "accepts", "DECLINED": "declines", "TENTATIVE": "may come", "DELEGATED": "sends somebody else"}
_OFTEN = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


@dataclass(frozen=True, slots=True)
class Line:
    """One property with its parameters, names in upper case; nothing is unescaped."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """Its value for people, on one line."""
        plain = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], self.value[: 2 * _SHOWN])
        return scrub.line(plain, _SHOWN)


@dataclass(frozen=True, slots=True)
class Event:
    """The properties of one event, the first of each name."""

    lines: dict[str, Line] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What a property says, '' without."""
        return self.lines[name].text if name in self.lines else ""


def told(content: bytes) -> list[str]:
    """Each event of a calendar in a few lines, the first ones; nothing where there is none.

    Args:
        content: of the part, as hostile as it likes.
    """
    method, events = _read(scrub.body(charset.decode(content[:_READ_BYTES], "")[0]))
    return [_told(method, event) for event in events]


def _read(text: str) -> tuple[str, list[Event]]:
    """The method, and the events without what lies within them (reminders)."""
    method, events, inside = "", list[Event](), list[str]()
    for line in _lines(text):
        if line.name == "BEGIN":
            inside.append(line.value.strip().upper()[:_SHOWN])
            if inside[-1] == "VEVENT" and len(events) < MOST:
                events.append(Event())
            elif inside[-1] == "VEVENT":
                break
        elif line.name == "END":
            inside = inside[:-1]
        elif inside and inside[-1] == "VEVENT":
            events[-1].lines.setdefault(line.name, line)
        elif line.name == "METHOD":
            method = line.value.strip().upper()
    return method, events


def _lines(text: str) -> Iterator[Line]:
    """Content lines, unfolded (RFC 5545 section 3.1)."""
    for row in text.replace("\n ", "").replace("\n\t", "").split("\n", _READ_LINES)[:_READ_LINES]:
        if named := _NAME.match(row):
            end = named.end()
            parameters: dict[str, str] = {}
            while found := _PARAMETER.match(row, end):
                parameters.setdefault(found[1].upper(), scrub.line(found[2].strip('"'), _SHOWN))
                end = found.end()
            if row[end : end + 1] == ":":
                yield Line(named[0].upper(), parameters, row[end + 1 :])


def _told(method: str, event: Event) -> str:
    cancelled = event.text("STATUS").upper() == "CANCELLED"
    what = _METHODS.get("CANCEL" if cancelled else method, "Event")
    rows = [f"{what}: {event.text('SUMMARY') or '(no title)'}"]
    said = {
        "Who": _answer(event) if method in ("REPLY", "COUNTER") else "",
        "When": _when(event),
        "Repeats": _repeats(event),
        "Where": event.text("LOCATION"),
        "Organizer": _person(event.lines.get("ORGANIZER")),
    }
    return "\n".join([*rows, *(f"  {name}: {value}" for name, value in said.items() if value)])


def _answer(event: Event) -> str:
    line = event.lines.get("ATTENDEE")
    does = _ANSWERS.get(line.parameters.get("PARTSTAT", "").upper(), "") if line else ""
    return f"{_person(line)} {does}".strip()


def _person(line: Line | None) -> str:
    if line is None:
        return ""
    address = line.text.partition(":")[2] if line.text.lower().startswith("mailto:") else line.text
    name = line.parameters.get("CN", "")
    return f"{name} <{address}>" if name and name != address else address


def _repeats(event: Event) -> str:
    if "RECURRENCE-ID" in event.lines:
        return "this is one date of a series"
    rule = dict(piece.partition("=")[::2] for piece in event.text("RRULE").upper().split(";"))
    unit, step = _OFTEN.get(rule.get("FREQ", "")), rule.get("INTERVAL", "1")
    if unit is None:
        return ""
    until, times = _moment(rule.get("UNTIL", "")), f", {rule['COUNT']} times" if "COUNT" in rule else ""
    return (
        (f"every {unit}" if step == "1" else f"every {step} {unit}s")
        + times
        + (f", until {_day(until)}" if until else "")
    )


def _when(event: Event) -> str:
    start = event.lines.get("DTSTART")
    if start is None:
        return ""
    begins = _moment(start.value)
    if begins is None:
        return start.text
    ends = _end(event, begins)
    zone, end_zone = _zone(start), _zone(event.lines.get("DTEND", start))
    if not isinstance(begins, datetime):
        return _day(begins) + (f" to {_day(ends)}" if ends and ends > begins else "")
    if not isinstance(ends, datetime) or (ends == begins and zone == end_zone):
        return f"{_day(begins)}, {begins:%H:%M}{zone}"
    if zone != end_zone:
        return f"{_day(begins)}, {begins:%H:%M}{zone} to {_day(ends)}, {ends:%H:%M}{end_zone}"
    another_day = "" if ends.date() == begins.date() else f"{_day(ends)}, "
    return f"{_day(begins)}, {begins:%H:%M} to {another_day}{ends:%H:%M}{zone}"


def _end(event: Event, begins: date) -> date | None:
    """Its last moment, or its last day where it fills days (RFC 5545 section 3.6.1: DTEND is the day after)."""
    with suppress(OverflowError):
        if "DTEND" in event.lines:
            ends = _moment(event.lines["DTEND"].value)
            if type(ends) is not type(begins):
                return None
            return ends if ends is None or isinstance(ends, datetime) else ends - timedelta(days=1)
        if found := _DURATION.fullmatch(event.text("DURATION").removeprefix("+").upper()):
            weeks, days, hours, minutes = (int(one or 0) for one in found.groups())
            lasts = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
            return begins + (lasts if isinstance(begins, datetime) else lasts - timedelta(days=1))
    return None


def _moment(value: str) -> date | None:
    """A date, or a date with a time as it stands (RFC 5545 sections 3.3.4 and 3.3.5); None for anything else."""
    said = value.strip()
    with suppress(ValueError):
        if _TIME.fullmatch(said):
            return datetime.strptime(said[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007  its zone is told beside it
        if _DATE.fullmatch(said):
            return datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007  as above
    return None


def _zone(line: Line) -> str:
    if line.value.strip().endswith("Z"):
        return " (UTC)"
    zone = line.parameters.get("TZID", "").lstrip("/")
    return f" ({zone})" if zone else ""


def _day(when: date) -> str:
    return f"{when:%A}, {when.day} {when:%B} {when.year}"
