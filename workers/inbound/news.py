"""What a notice says about a letter of ours: did it arrive, is its address any good, and does an agent need to know?

Only what a mail proves to know is news: the letter is found by a mark that we signed, and the address is the one that
we wrote to, whatever addresses the notice names.

A Message-ID or a reply address gets around: whoever is copied in by an agent has seen one of a letter to that agent.
So an agent's address is given up only for what came to the return path, which no mail program shows.

An address that bounced for good (hard) or whose owner complained gets no letters from then on. Where the address may
work again (soft), it gets none for a while after `SOFT_LETTERS` of them came back within `SOFT_WITHIN`.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.blocking import SuppressionReason
from models.outgoing import Letter, State
from workers.inbound.mail import Failure, Mail

SOFT_LETTERS, SOFT_WITHIN, SOFT_FOR = 5, timedelta(days=7), timedelta(days=30)
_COMPLAINTS = frozenset(("abuse", "fraud", "opt-out", "opt-out-list"))  # RFC 5965 section 7.3; `not-spam` is none
_ARRIVED = frozenset(("delivered", "shown"))
_MAY_BOUNCE = frozenset((State.SENDING, State.SENT, State.DELIVERED, State.UNKNOWN, State.CAPTURED))
_MAY_ARRIVE = _MAY_BOUNCE - {State.DELIVERED}
_TYPE = re.compile(r"\A(?:smtp|x-[\w-]+) *; *", re.IGNORECASE)  # of a diagnostic, RFC 3464 section 2.3.6
_NO_WORD = Failure("", "", "failed", hard=False, reason="a delivery report came back")


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of ours as it stands before a notice about it is read.

    Attributes:
        kind: one of `models.outgoing.Letter`.
        suppressed: its address gets no letters already.
        is_staff: it is for somebody who answers for the organization.
        bounced: letters to that address that came back within `SOFT_WITHIN`, or since somebody lifted its suppression.
    """

    id: UUID
    kind: str
    recipient: str
    state: str
    suppressed: bool = False
    bounced: int = 0
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What follows from a notice for one letter.

    Attributes:
        letter: which, to which `recipient`.
        what: it as a sentence.
        state: what the letter is from now on, None if that does not change.
        answer: what was said about it, on one line.
        suppress: why its address gets no letters from now on, None where it goes on getting them.
        period: for how long, None for ever.
        tell: an agent is to hear of it by letter: words of a person did not arrive, or none will any more.
    """

    letter: UUID
    recipient: str
    what: str
    answer: str
    state: State | None = None
    suppress: SuppressionReason | None = None
    period: timedelta | None = None
    tell: bool = False

    @property
    def consequence(self) -> str:
        """What it means for the address, '' if nothing."""
        if self.suppress is None:
            return ""
        if self.period is None:
            return "No more letters go to this address."
        return (
            f"No more letters go to this address for {self.period.days} days: {SOFT_LETTERS} came back within"
            f" {SOFT_WITHIN.days} days."
        )

    @property
    def words(self) -> str:
        """Both, for people."""
        return f"{self.what} {self.consequence}".rstrip()

    @property
    def entry(self) -> dict[str, str]:
        """It in the decision trace."""
        return {"step": "news", "verdict": self.state or "nothing new", "reason": self.words}

    @property
    def row(self) -> dict[str, Any]:
        """It for `sql/file.sql`."""
        said = {"letter": self.letter.hex, "state": self.state, "answer": self.answer, "suppress": self.suppress}
        return said | {"days": self.period and self.period.days}

    def after(self, before: Sent, *, itself: bool) -> Sent:
        """A letter as it stands once this is written down: the one it is about, or another to the same address."""
        return replace(
            before,
            state=self.state if itself and self.state else before.state,
            suppressed=before.suppressed or self.suppress is not None,
            bounced=before.bounced + (self.state is State.BOUNCED),
        )


def told(mail: Mail, sent: Sent, *, at_return_path: bool) -> News:
    """What a mail says of a letter.

    Args:
        mail: known to be about this letter.
        sent: the letter.
        at_return_path: it came to the letter's return path.
    """
    sure = at_return_path or not sent.is_staff
    if mail.notice and mail.notice.kind == "feedback":
        return _complained(mail.failures, sent, sure=sure)
    about, to = _about(mail, sent.recipient), sent.recipient
    if about is None:
        return News(sent.id, to, f"A program wrote about the letter to {to}.", "nothing that changes anything")
    if about.action == "failed":
        return _came_back(about, sent, sure=sure)
    if about.action in _ARRIVED:
        state = State.DELIVERED if sent.state in _MAY_ARRIVE else None
        return News(sent.id, to, f"The letter to {to} arrived.", about.action, state)
    return News(sent.id, to, f"The letter to {to} is {about.action}: {_words(about)}.", _words(about))


def _about(mail: Mail, recipient: str) -> Failure | None:
    """What it says of our recipient; whoever else it names got the letter from there, and may not be all who did."""
    ours = [one for one in mail.failures if one.address.lower() == recipient.lower()]
    found = ours or list(mail.failures)
    failed = sorted((one for one in found if one.action == "failed"), key=lambda one: not one.hard)
    if failed:
        sure = bool(ours) or len(found) == 1
        return replace(failed[0], hard=failed[0].hard and sure)
    if found:
        return next((one for one in found if one.action in _ARRIVED), found[0])
    return _NO_WORD if mail.report and (mail.notice is None or mail.notice.kind == "bounce") else None


def _came_back(about: Failure, sent: Sent, *, sure: bool) -> News:
    state = State.BOUNCED if sent.state in _MAY_BOUNCE else None
    counts = sure and state is not None  # told once more after somebody lifted it, it is no news
    soft = counts and not about.hard and sent.bounced + 1 >= SOFT_LETTERS
    hard = counts and about.hard
    return News(
        sent.id,
        sent.recipient,
        f"The letter to {sent.recipient} did not arrive: {_words(about)}.",
        _words(about),
        state,
        SuppressionReason.BOUNCED if hard or soft else None,
        SOFT_FOR if soft else None,
        tell=((hard or soft) and not sent.suppressed) or (state is not None and sent.kind == Letter.REPLY),
    )


def _complained(said: tuple[Failure, ...], sent: Sent, *, sure: bool) -> News:
    to, kind = sent.recipient, said[0].reason if said else "no reason is given"
    if kind not in _COMPLAINTS or not sure:
        return News(sent.id, to, f"A report came about the letter to {to}: {kind}.", kind)
    state = State.DELIVERED if sent.state in _MAY_ARRIVE else None
    what = f"The letter to {to} was complained about: {kind}."
    return News(sent.id, to, what, f"complaint ({kind})", state, SuppressionReason.COMPLAINED, tell=not sent.suppressed)


def _words(about: Failure) -> str:
    reason = _TYPE.sub("", about.reason, count=1)
    if not reason or about.status in reason:
        return reason or about.status or "no reason is given"
    return f"{about.status} {reason}"
