"""A destination that gets too much says so; then its further letters wait, and those to others go on."""

import re

_TOO_MUCH = re.compile(
    r"4\.7\.28|4\.4\.5|too (?:many|much|fast)|rate.?limit|throttl|exceed|quota of (?:mails|messages)|slow down",
    re.IGNORECASE,
)


def destination(address: str) -> str:
    """Whose server takes mail for an address in the end."""
    return address.rpartition("@")[2].lower()


def wants_less(answer: str) -> bool:
    """Whether a temporary refusal (4xx) means that mail comes too fast.

    That is not greylisting, which wants to hear of each letter once, nor a full mailbox, which is one person's.
    """
    return answer.startswith("4") and _TOO_MUCH.search(answer) is not None and " 4.2.2 " not in answer
