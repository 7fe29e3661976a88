"""Whom we know: an answer to us, a colleague, somebody an agent has written to; and mail that a list sent on."""

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Relation, Sight, Standing

_KNOWN = {
    Relation.ANSWERS: Hint(-9.0, "it answers a letter or a ticket of ours"),
    Relation.STAFF: Hint(-5.0, "its sender is one of the staff"),
    Relation.ANSWERED: Hint(-5.0, "an agent has written to its sender before"),
}


def known(standing: Standing) -> Hint | None:
    """How the sender stands to the organization."""
    return _KNOWN.get(standing.relation)


def by_list(sight: Sight) -> Hint | None:
    """A list sent it on, and says how to leave it (RFC 2369)."""
    if "list-id" in sight.head.values and "list-unsubscribe" in sight.head.values:
        return Hint(-1.0, "it comes by a list that can be left")
    return None
