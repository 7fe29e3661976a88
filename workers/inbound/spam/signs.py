"""What a mail's own bytes say for or against spam: found where it is read, since a stranger wrote all of it."""

from workers.inbound.mail import Mail
from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight, look
from workers.inbound.spam.signals import SIGNALS


def of(mail: Mail, content: bytes) -> tuple[Hint, ...]:
    """The hints of all `SIGNALS`.

    Args:
        mail: as parsed.
        content: its bytes.
    """
    return seen(look(mail, content))


def seen(sight: Sight) -> tuple[Hint, ...]:
    """The same for what was looked at before."""
    return tuple(hint for signal in SIGNALS if (hint := signal(sight)))
