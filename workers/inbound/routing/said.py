"""What a mail says, as rules ask for it: field by field, made ready once however many rules ask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from models import marks
from workers.inbound.mail import Mail
from workers.inbound.routing import language, pattern

LONGEST_TEXT = 65_536  # characters of a mail that rules look at
CUSTOM = "field:"  # before the key of a custom field


class Field(StrEnum):
    """What a rule may ask about. A field may have several values (recipients), of which one is enough, or none.

    `recipient` is whom it was sent to, by the envelope and in To and Cc. `attachments` are names and types of files,
    `language` is a code such as `de`, `tag` what stands behind the plus of the address it came to. Besides these a
    rule may ask for the value of a custom field, as `field:` with its key.
    """

    SENDER = "sender"
    DOMAIN = "domain"
    RECIPIENT = "recipient"
    SUBJECT = "subject"
    TEXT = "text"
    LANGUAGE = "language"
    ATTACHMENTS = "attachments"
    TIME = "time"
    MAILBOX = "mailbox"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail with what is known of its coming.

    Attributes:
        mailbox: the address of the mailbox it came to.
        recipients: of the envelope.
        local: when, by the clock of the organization.
        fields: custom fields by key, as the mail answers them or as its ticket has them.
    """

    mail: Mail
    mailbox: str
    recipients: tuple[str, ...]
    local: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)


Found = TypeVar("Found")


class _Values(dict[str, Found], Generic[Found]):
    """Values by field, each read when it is first asked for; a dictionary, since every rule asks."""

    def __init__(self, read: Callable[[str], Found]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, about: str) -> Found:
        found = self[about] = self._read(about)
        return found


class Said:
    """One mail as rules see it.

    Args of the constructor:
        arrived: the mail.

    Attributes:
        values: of a field, folded; by one of `Field`, or by `field:` with the key of a custom one.
        words: the same as words only.
        vocabulary: which words these are.
    """

    def __init__(self, arrived: Arrived) -> None:
        self._arrived = arrived
        self.values = _Values(lambda about: tuple(map(pattern.folded, filter(None, self._read(about)))))
        self.words = _Values(lambda about: tuple(map(pattern.words, self.values[about])))
        self.vocabulary = _Values(lambda about: frozenset(" ".join(self.words[about]).split()))

    @property
    def moment(self) -> datetime:
        """When it came, by the clock of the organization."""
        return self._arrived.local

    def _read(self, about: str) -> Sequence[str]:
        if about.startswith(CUSTOM):
            return _told(self._arrived.fields.get(about.removeprefix(CUSTOM)))
        return _READERS[about](self._arrived)


def arrived(
    mail: Mail,
    mailbox: str,
    recipients: Sequence[str],
    at: datetime,
    zone: ZoneInfo,
    fields: Mapping[str, Any] = MappingProxyType({}),
) -> Arrived:
    """A mail as rules see it.

    Args:
        mail: as parsed.
        mailbox: the address of its mailbox.
        recipients: of its envelope.
        at: when it came.
        zone: of the organization.
        fields: custom fields by key.
    """
    return Arrived(mail, mailbox, tuple(recipients), at.astimezone(zone), fields)


def tags(recipients: Sequence[str]) -> tuple[str, ...]:
    """What stands behind the plus of addresses, in lower case; what we signed ourselves is none of it."""
    found = (one.rpartition("@")[0].partition("+")[2].lower() for one in recipients if "+" in one)
    return tuple(dict.fromkeys(one for one in found if one and not marks.TAG.fullmatch(one)))


def _sender(one: Arrived) -> Sequence[str]:
    return (one.mail.sender.address,) if one.mail.sender else ()


def _recipients(one: Arrived) -> Sequence[str]:
    named = (address.address for address in (*one.mail.to, *one.mail.cc))
    return tuple(dict.fromkeys(map(str.lower, (*one.recipients, *named))))


def _files(one: Arrived) -> Sequence[str]:
    files = [file for file in one.mail.attachments if not file.inline]
    return [*(file.name for file in files), *(file.content_type for file in files)]


def _told(value: object) -> Sequence[str]:
    """A value of a custom field as people write it."""
    match value:
        case None:
            return ()
        case bool():
            return ("yes" if value else "no",)
        case list():
            return tuple(map(str, value))
        case float() if value.is_integer():
            return (str(int(value)),)
    return (str(value),)


_READERS: dict[str, Callable[[Arrived], Sequence[str]]] = {
    Field.SENDER: _sender,
    Field.DOMAIN: lambda one: [address.rpartition("@")[2] for address in _sender(one)],
    Field.RECIPIENT: _recipients,
    Field.SUBJECT: lambda one: (one.mail.subject,),
    Field.TEXT: lambda one: (one.mail.text[:LONGEST_TEXT],),
    Field.LANGUAGE: lambda one: (language.of(one.mail.text),),
    Field.ATTACHMENTS: _files,
    Field.TIME: lambda one: (f"{one.local:%a %H:%M}",),
    Field.MAILBOX: lambda one: (one.mailbox,),
    Field.TAG: lambda one: tags(one.recipients),
}
