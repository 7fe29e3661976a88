"""What a mail claims of its making, and what cannot be so."""

import re

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight
from workers.inbound.spam.signals.sender import FREE

_ZONE = re.compile(r"\d:\d\d\s+([+-])(\d\d)(\d\d)\b")
_EAST, _WEST, _QUARTERS = 14, 12, ("00", "15", "30", "45")  # hours and minutes of the zones that there are
_OUTLOOK = re.compile(r"<[0-9a-f]{4}([0-9a-f]{8})\$[0-9a-f]{8}\$[0-9a-f]{8}@", re.IGNORECASE)
_TICKS, _SINCE_1601 = 10_000_000, 11_644_473_600  # of FILETIME in a second; seconds until 1970
_DAYS_30 = 30 * 86_400.0
_SERVERS = {
    "gmail.com": ("google",), "googlemail.com": ("google",), "icloud.com": ("icloud", "apple", "me.com"),
    "hotmail.com": ("hotmail", "outlook", "msn"), "hotmail.co.uk": ("hotmail", "outlook", "msn"),
    "msn.com": ("hotmail", "outlook", "msn"), "live.com": ("hotmail", "outlook"),
    "126.com": ("126.com", "163.com"), "web.de": ("web.de", "gmx"), "protonmail.com": ("proton",),
}  # fmt: skip
"""How the servers of a provider are called, where that is not the first word of its domain."""


def is_of_no_zone(sight: Sight) -> Hint | None:
    """Zones reach from twelve hours behind to fourteen ahead, in quarters of an hour."""
    found = _ZONE.search(sight.head.first("date"))
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    exists = int(hours) <= (_EAST if sign == "+" else _WEST) and minutes in _QUARTERS
    return None if exists else Hint(2.5, f"its date is of a time zone that does not exist ({sign}{hours}{minutes})")


def is_of_another_time(sight: Sight) -> Hint | None:
    """Outlook writes the upper half of the time (FILETIME, MS-DTYP 2.3.3) into each Message-ID."""
    head, date = sight.head, sight.mail.date
    is_outlook = head.first("x-mailer").startswith("Microsoft Outlook") or "Microsoft" in head.first("x-mimeole")
    found = _OUTLOOK.match(head.first("message-id"))
    if date is None or not is_outlook or found is None:
        return None
    made = (int(found[1], 16) << 32) / _TICKS - _SINCE_1601
    if abs(made - date.timestamp()) < _DAYS_30:
        return None
    return Hint(2.5, "its Message-ID says that Outlook made it at another time than its date does")


def borrows_a_free_address(sight: Sight) -> Hint | None:
    """Not by way of the provider, nor by a list; forms of web pages do this, too, so alone it is little."""
    sender, head = sight.mail.sender, sight.head
    domain = sender.address.lower().rpartition("@")[2] if sender else ""
    way = " ".join(head.values.get("received", ())).lower()
    if domain not in FREE or not way or "list-id" in head.values:
        return None
    places = f"{way} {' '.join(head.values.get('dkim-signature', ())).lower()} {head.first('message-id').lower()}"
    if any(server in places for server in _SERVERS.get(domain, (domain.partition(".")[0],))):
        return None
    return Hint(2.0, f"it does not come from {domain}, whose address its sender has")
