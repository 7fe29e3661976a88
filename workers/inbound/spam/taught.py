"""What an organization taught, read for a whole batch at once; nothing is read where it taught too little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, text

from workers.inbound.mail import Mail
from workers.inbound.spam.sight import look
from workers.inbound.spam.tokens import judged_by

THRESHOLD = 0.9
FEWEST = 20  # mails of either kind; words of fewer are chance
_COUNTS = text("SELECT token, spam, ham FROM spam_tokens WHERE org_id = :org AND token = ANY (CAST(:tokens AS text[]))")


class Stored(Protocol):
    """A mail of a batch, as `workers.inbound.facts.Received` has it."""

    @property
    def id(self) -> UUID:
        """In `raw_mail`."""

    @property
    def mail(self) -> Mail:
        """As parsed."""

    @property
    def content(self) -> bytes:
        """Its bytes."""

    @property
    def imported(self) -> bool:
        """An operator imported it."""

    @property
    def released(self) -> str:
        """A person let it out of quarantine."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What is known about spam for a batch; the dictionaries are filled by `look_up`.

    Attributes:
        threshold: from this score on a mail is kept; None where the organization wants no score.
        spam, ham: mails that were taught.
        answered: profiles that an agent has written to.
        tokens: of the mails of the batch, where there is something to compare them with.
        counts: how often each of these was seen in spam and in ham.
    """

    threshold: float | None = THRESHOLD
    spam: int = 0
    ham: int = 0
    answered: frozenset[UUID] = frozenset()
    tokens: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """Whether what was taught may speak."""
        return min(self.spam, self.ham) >= FEWEST


def known_of(policy: Mapping[str, Any] | None, mails: Sequence[int] | None, answered: Sequence[str]) -> Taught:
    """What the settings say and how much was taught.

    Args:
        policy: `policies -> 'spam'` of the organization.
        mails: spam and ham that were taught, None where nothing was.
        answered: profiles that an agent has written to.
    """
    threshold = (policy or {}).get("threshold", THRESHOLD)
    spam, ham = mails or (0, 0)
    return Taught(None if threshold is None else float(threshold), spam, ham, frozenset(map(UUID, answered)))


def look_up(connection: Connection, org: UUID, known: Taught, batch: Sequence[Stored]) -> None:
    """Look up the words of a batch, where they can be compared with what was taught.

    Args:
        connection: in the context of `org`.
        org: the organization.
        known: grows.
        batch: its mails; the imported and the released are not judged.
    """
    if known.threshold is None or not known.enough:
        return
    judged = [one for one in batch if not one.imported and not one.released]
    known.tokens.update({one.id: judged_by(look(one.mail, one.content)) for one in judged})
    asked = sorted({token for some in known.tokens.values() for token in some})
    rows = connection.execute(_COUNTS, {"org": org, "tokens": asked}) if asked else ()
    known.counts.update({row.token: (row.spam, row.ham) for row in rows})
