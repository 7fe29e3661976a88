"""What kind of mail is this? The first recogniser that has an opinion is believed; none means a person wrote it."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise import automatic, bounce, own
from workers.inbound.recognise.kinds import Kind, Opinion, Recogniser

RECOGNISERS: tuple[Recogniser, ...] = (
    own.opinion,  # before all: what we wrote ourselves must never make us write again
    bounce.opinion,  # before automatic: a third of real bounces say that they are automatic replies
    automatic.opinion,
)

__all__ = ["RECOGNISERS", "Kind", "Opinion", "recognise"]


def recognise(received: Received, facts: Facts) -> Opinion:
    """The kind of a mail.

    Args:
        received: the mail.
        facts: of its batch.
    """
    opinions = (opinion(received, facts) for opinion in RECOGNISERS)
    return next((found for found in opinions if found), Opinion(Kind.PERSONAL, "nothing says that a program wrote it"))
