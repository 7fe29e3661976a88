"""The relay at the end of the way: takes every letter, keeps of each only who it was for and how often it came."""

from collections import Counter
from email import message_from_bytes

from tests.relay import Taken


class Tally(list[Taken]):
    """Stands where `FakeRelay` keeps its letters.

    Attributes:
        times: how often a letter came, by Message-ID.
        recipients: whom it was for, by Message-ID.
    """

    def __init__(self) -> None:
        super().__init__()
        self.times: Counter[str] = Counter()
        self.recipients: dict[str, set[str]] = {}

    def append(self, taken: Taken) -> None:
        """A letter came."""
        head = message_from_bytes(taken.content.partition(b"\r\n\r\n")[0])
        message_id = head["Message-ID"]
        self.recipients.setdefault(message_id, set()).update(
            one.partition("<")[2].partition(">")[0] for one in taken.rcpt
        )
        self.times[message_id] += 1
