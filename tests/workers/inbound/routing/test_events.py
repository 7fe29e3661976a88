"""Which event a mail names in its own words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.base import uuid7
from models.settings import Settings
from workers.inbound.mail import Mail
from workers.inbound.routing import events
from workers.inbound.routing.events import Event
from workers.inbound.routing.said import Said, arrived

NAMES = ("Summer Fest", "Summer Fest 2027", "Büchermesse", "Gala")
EVENTS: tuple[Event, ...] = tuple(events.event({"id": str(uuid7()), "name": name}) for name in NAMES)


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Tickets for the summer-fest?", "", "Summer Fest"),
        ("Summer Fest 2027: where?", "", "Summer Fest 2027"),
        ("Question", "I want to come to the BÜCHERMESSE.", "Büchermesse"),
        ("Gala", "Rather than the Summer Fest.", "Gala"),
        ("Gala or Summer Fest?", "The Gala!", None),
        ("Galaxy", "Summer festival", None),
        ("", "", None),
    ],
)
def test_the_one_event_that_is_named(instance: Settings, subject: str, text: str, found: str | None):
    mail = Mail(subject=subject, text=text)
    said = Said(arrived(mail, "support@demo.test", [], datetime.now(UTC), ZoneInfo("UTC")))
    named = events.named(said, EVENTS)
    assert (named.name if named else None) == found


def test_it_is_asked_of_tickets_whose_type_requires_it():
    type_id = uuid7()
    asked = events.question(EVENTS, [type_id])
    assert asked
    assert asked.line == "Event (one of Summer Fest, Summer Fest 2027, Büchermesse, Gala):"
    assert asked.open(type_id, (), {})
    assert not asked.open(uuid7(), (), {})
    assert not asked.open(None, (), {})
    assert not asked.open(type_id, (), {events.EVENT: uuid7()})
    assert asked.value("gala") == str(EVENTS[3].id)
    assert events.question((), [type_id]) is None
    assert events.question(EVENTS, []) is None
