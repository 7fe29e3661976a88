"""How many mails of programs, ours and theirs, have followed each other since a person last wrote?

What we wrote carries its depth in the outbox, found by whatever of the letter a mail gives back: its signed address, or
its Message-ID. A program's mail is one deeper than what it answers; a person's begins anew.
"""

from dataclasses import dataclass

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise import Kind


@dataclass(frozen=True, slots=True)
class Chain:
    """How deep a mail is, 0 for a person's, and why."""

    depth: int
    reason: str


def follow(received: Received, facts: Facts, kind: Kind) -> Chain:
    """Where in a chain a mail is.

    Args:
        received: the mail.
        facts: of its batch.
        kind: what wrote it.
    """
    if not _by_program(received, kind):
        return Chain(0, "nothing says that a program wrote it")
    answered = facts.answered(received)
    if answered is None:
        return Chain(1, "a program wrote it, and it answers no letter of ours")
    return Chain(answered.depth + 1, f"a program wrote it, and it answers our {answered.letter}")


def _by_program(received: Received, kind: Kind) -> bool:
    """Lists pass on what people write, so `bulk` alone is no sign."""
    return kind not in (Kind.PERSONAL, Kind.BULK) or received.mail.auto_submitted not in ("", "no")
