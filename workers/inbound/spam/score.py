"""The score of a mail: what was taught and every signal, added up as logits, with the reasons that weigh most."""

from dataclasses import dataclass

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.spam import bayes
from workers.inbound.spam import signs as of_itself
from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Relation, Standing
from workers.inbound.spam.signals import STANDING
from workers.inbound.spam.signals.scanners import opinions
from workers.inbound.thread import leads

BASE = -4.0  # a mail of which nothing is known: 0.02
LEARNT = 8.0  # at most what was taught weighs
SLOPE = 2.75  # logits for each time that what was taught goes beyond chance, where much was taught of both sorts
DOUBT = 40  # mails of the rarer sort of which half of that is believed
TOLD = 4  # reasons in the trace


@dataclass(frozen=True, slots=True)
class Score:
    """How much a mail looks like spam.

    Attributes:
        value: from 0 to 1, two decimals.
        hints: all reasons, those that weigh most first.
    """

    value: float
    hints: tuple[Hint, ...]

    @property
    def told(self) -> str:
        """The main reasons on one line, and whatever was not heard."""
        unheard = [hint for hint in self.hints[TOLD:] if not hint.weight]
        return "; ".join(f"{hint.reason} ({hint.weight:+.1f})" for hint in (*self.hints[:TOLD], *unheard))


def score(received: Received, author: Person | None, facts: Facts) -> Score:
    """Judge a mail.

    Args:
        received: the mail.
        author: whose address its From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    taught, mail = facts.taught, received.mail
    stands = Standing(mail.date, received.received_at, relation(received, author, facts))
    tokens, mails = taught.tokens.get(received.id, ()), (taught.spam, taught.ham)
    believed = min(mails) / (min(mails) + DOUBT) if taught.enough else 0.0
    standing = [hint for signal in STANDING if (hint := signal(stands))]
    standing += opinions(received.scanned, believed)
    signs = of_itself.of(mail, received.content) if mail.signs is None else mail.signs
    if not taught.enough:
        return _told([*standing, *signs])
    weight = max(-LEARNT, min(LEARNT, SLOPE * believed * bayes.combined(tokens, taught.counts, mails)))
    told = f"by what was taught it is spam with a chance of {bayes.chance(BASE + weight):.2f}"
    return _told([*standing, *signs, Hint(weight, told)])


def _told(hints: list[Hint]) -> Score:
    value = bayes.chance(BASE + sum(hint.weight for hint in hints))
    return Score(round(value, 2), tuple(sorted(hints, key=lambda one: -abs(one.weight))))


def relation(received: Received, author: Person | None, facts: Facts) -> Relation:
    """How the sender stands to the organization; arguments as `score`."""
    found = leads(received, facts)
    if facts.returned(received) or any(lead.signed or (author and lead.ticket.has(author)) for lead in found):
        return Relation.ANSWERS
    if author is None:
        return Relation.STRANGER
    if author.is_staff:
        return Relation.STAFF
    return Relation.ANSWERED if author.id in facts.taught.answered else Relation.STRANGER
