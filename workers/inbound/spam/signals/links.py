"""Where its links lead: to bare numbers, elsewhere than they show, behind a disguise."""

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.links import site
from workers.inbound.spam.sight import Sight


def to_numbers(sight: Sight) -> Hint | None:
    """A host without a name."""
    if any(link.host.replace(".", "").isdecimal() for link in sight.links):
        return Hint(1.5, "it links to a host without a name")
    return None


def show_another(sight: Sight) -> Hint | None:
    """The reader sees one host and is led to another; lists count clicks like that, so it weighs little there."""
    if any(link.shown and site(link.shown) != site(link.host) for link in sight.links):
        return Hint(0.3 if sight.mail.list_id else 1.2, "a link shows another host than it leads to")
    return None


def are_disguised(sight: Sight) -> Hint | None:
    """A user name, a port or `%` codes in the host."""
    return Hint(0.8, "a link is disguised") if any(link.odd for link in sight.links) else None
