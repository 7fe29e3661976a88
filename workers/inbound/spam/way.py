"""Where a mail came from, as tokens of what the servers on its way say.

Those near to us are in every mail, and say nothing; those at its beginning are looked at more closely.
"""

import re
from collections.abc import Iterator

from workers.inbound.spam.head import Head
from workers.inbound.spam.links import site

TOKENS = 60
SITES = 20
_SERVERS = 12
_FIRST = 2  # servers at the beginning of the way that are looked at closely
_CLOSELY = 300  # characters of what each of them wrote
_WAY = re.compile(r"[\w.@+-]{3,40}")
_NETWORK = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b")
_DOTS = 3  # of a number address
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_GREETED = re.compile(r"from\s+(\S+)\s*(\([^)]*\))?")
_PLACE, _NUMBER = re.compile(r"[\w.@-]*\.[\w.@-]+"), re.compile(r"\d+")


def way(head: Head) -> Iterator[str]:
    """Tokens of the Received fields, with the beginning of the way first."""
    fields = head.values.get("received", ())
    yield f"hops:{len(fields)}"
    for place, field in enumerate(fields[::-1][:_FIRST]):
        yield from _of_beginning(place, " ".join(field.split())[:_CLOSELY])
    said = " ".join(fields[:_SERVERS]).lower()
    words = list(dict.fromkeys(_WAY.findall(said)))
    dotted = [word.rpartition("@")[2].strip(".") for word in words if "." in word]
    yield from [f"site:{one}" for one in dict.fromkeys(map(site, dotted))][:SITES]
    networks = [one.rpartition(".")[0] for one in dotted if one.count(".") == _DOTS and _NETWORK.fullmatch(one)]
    yield from ([f"net:{one}" for one in dict.fromkeys(networks)] + [f"way:{one}" for one in words])[:TOKENS]


def _of_beginning(place: int, field: str) -> Iterator[str]:
    """How a server wrote its field, and whether who came to it gave his own name."""
    yield f"hop{place}:{_NUMBER.sub('0', _PLACE.sub('H', field.partition(';')[0]))[:50]}"
    yield from (f"net{place}:{one.rpartition('.')[0]}" for one in _NETWORK.findall(field)[:2])
    if greeted := _GREETED.match(field.lower()):
        name, known = greeted[1].strip("[]"), _HOST.findall(greeted[2] or "")
        yield f"helo{place}:{'number' if name.replace('.', '').isdecimal() else site(name) if '.' in name else 'bare'}"
        if "unknown" in (greeted[2] or ""):
            yield f"rdns{place}:unknown"
        if known:
            yield f"rdns{place}:{'same' if site(known[0]) == site(name) else 'other'}"
            yield f"rdns{place}:{site(known[0])}"
