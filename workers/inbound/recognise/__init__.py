"""What kind of mail is this? The first recogniser that has an opinion is believed; none means a person wrote it."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise import automatic, bulk, noticed, own
from workers.inbound.recognise.kinds import Kind, Opinion, Recogniser
from workers.inbound.recognise.silence import silence

RECOGNISERS: tuple[Recogniser, ...] = (
    own.opinion,  # before all: what we wrote ourselves must never make us write again
    noticed.opinion,
    automatic.opinion,
    bulk.opinion,
)

__all__ = ["RECOGNISERS", "Kind", "Opinion", "recognise", "silence"]


def recognise(received: Received, facts: Facts) -> Opinion:
    """The kind of a mail.

    Args:
        received: the mail.
        facts: of its batch.
    """
    opinions = (opinion(received, facts) for opinion in RECOGNISERS)
    return next((found for found in opinions if found), Opinion(Kind.PERSONAL, "nothing says that a program wrote it"))
