"""Who claims to write: no clear sender, a name that is another's address, answers that go elsewhere."""

import re

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.links import site
from workers.inbound.spam.sight import Sight

_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_NUMBERS = re.compile(r"\d{4,}[a-z]{0,3}\d*\Z")
FREE = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "msn.com", "aol.com",
    "gmx.net", "gmx.com", "gmx.de", "web.de", "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com",
    "excite.com", "lycos.com", "email.com", "mail.com", "proton.me", "protonmail.com", "icloud.com",
    "yahoo.co.uk", "hotmail.co.uk",
})  # fmt: skip
"""Domains where anybody gets an address."""


def unknown(sight: Sight) -> Hint | None:
    """Programs of people write one sender that all readers agree on."""
    return None if sight.mail.sender else Hint(0.7, "it has no clear sender")


def names_another(sight: Sight) -> Hint | None:
    """The display name is an address of another domain than the real one."""
    sender = sight.mail.sender
    shown = _ADDRESS.search(sender.name[:200]) if sender else None
    if sender is None or shown is None or site(shown[1].lower()) == site(_domain(sender.address)):
        return None
    return Hint(1.5, "its sender shows the address of somebody else as a name")


def answers_elsewhere(sight: Sight) -> Hint | None:
    """Answers go to a free address while the sender claims another domain; lists do this, and are left alone."""
    sender, answers = sight.mail.sender, sight.mail.reply_to
    if sender is None or not answers or sight.mail.list_id:
        return None
    there, here = _domain(answers[0].address), _domain(sender.address)
    if there in FREE and there != here:
        return Hint(1.0, "answers to it go to a free address of another domain")
    return None


def numbered(sight: Sight) -> Hint | None:
    """The address at a free provider ends in a number, as those do that programs order."""
    sender = sight.mail.sender
    if sender and _domain(sender.address) in FREE and _NUMBERS.search(sender.address.partition("@")[0].lower()):
        return Hint(0.8, "its sender is a free address with a number")
    return None


def _domain(address: str) -> str:
    return address.lower().rpartition("@")[2]
