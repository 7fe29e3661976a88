"""Which event is a mail about? Where its type asks for one (S3 `requires_event`), its own words may name it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.field import FieldType
from workers.inbound.routing import pattern
from workers.inbound.routing.questions import Question, Shown, listed
from workers.inbound.routing.said import Field, Said

EVENT = ""  # stands for the ticket's event among keys of custom fields, none of which is empty
_LABEL = "Event"


@dataclass(frozen=True, slots=True)
class Event:
    """An event in use; `words` are those of its name, with blanks around."""

    id: UUID
    name: str
    words: str


def event(row: Mapping[str, Any]) -> Event:
    """An event as `routing_table` answers it."""
    return Event(UUID(row["id"]), " ".join(row["name"].split()), pattern.words(row["name"]))


def question(events: Sequence[Event], types: Iterable[UUID]) -> Question | None:
    """The question for the event that tickets of some types are about, None where no event or no type is there.

    Args:
        events: that may be answered.
        types: that require one.
    """
    shown = tuple(Shown(one, frozenset(), {}) for one in types)
    if not events or not shown:
        return None
    options = tuple((str(one.id), one.name) for one in events)
    return Question(EVENT, _LABEL, FieldType.DROPDOWN_DYNAMIC_EVENT, options, shown, hint=f"one of {listed(options)}")


def named(said: Said, events: Sequence[Event]) -> Event | None:
    """The one event that a mail names, with all words of its name: in the subject, else in the text.

    Args:
        said: the mail.
        events: in use.
    """
    for about in (Field.SUBJECT, Field.TEXT):
        found = [one for one in events if any(one.words in value for value in said.words[about])]
        longest = [one for one in found if not any(one.words in more.words for more in found if more is not one)]
        if found:
            return longest[0] if len(longest) == 1 else None
    return None
