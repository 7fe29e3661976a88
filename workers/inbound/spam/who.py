"""Who writes to whom, as tokens: sender and recipients, how they are written, and whether what is theirs agrees.

Somebody who writes in his own name leaves his domain in several places: the identifier, the way, the links. Who borrows
an address does not.
"""

import re
from collections.abc import Iterator

from workers.inbound.mail import Mail
from workers.inbound.spam.head import Head
from workers.inbound.spam.links import Link, site
from workers.inbound.spam.shape import outline
from workers.inbound.spam.sight import Sight
from workers.inbound.spam.signals.sender import FREE

_WORD = re.compile(r"[^\W_][\w'$%-]{2,}")
_PLAIN = re.compile(r'[^"<>()@,= ?]+')
_ENVELOPE = ("return-path", "sender", "errors-to")


def who(sight: Sight) -> Iterator[str]:
    """Tokens of the people of a mail, and of what they have in common with the rest of it."""
    mail, head = sight.mail, sight.head
    yield f"from=:{_PLAIN.sub('x', head.first('from'))[:25]}"
    yield f"to=:{_PLAIN.sub('x', head.first('to'))[:25]}"
    yield from _of_envelope(head)
    if mail.sender is None:
        yield "from:unknown"
        return
    yield from _of_sender(mail)
    yield from _of_recipients(mail)
    yield from _agreeing(sight, mail.sender.address.lower().rpartition("@")[2])


def _of_sender(mail: Mail) -> Iterator[str]:
    assert mail.sender
    address, name = mail.sender.address.lower(), mail.sender.name
    local, _, domain = address.rpartition("@")
    yield f"from:{address}"
    yield f"from:@{domain}"
    yield f"from:.{domain.rpartition('.')[2]}"
    yield f"local:{outline(mail.sender.address.rpartition('@')[0])[:20]}"
    yield f"named:{_kind(name, local)}"
    yield from (f"name:{word}" for word in dict.fromkeys(_WORD.findall(name.lower())))
    for other in mail.reply_to[:2]:
        there = other.address.lower()
        yield "reply:same" if there == address else f"reply:@{there.rpartition('@')[2]}"


def _kind(name: str, local: str) -> str:
    if not name or "@" in name:
        return "address" if name else "none"
    if name.lower() == local:
        return "local"
    return "upper" if name.isupper() else "lower" if name.islower() else str(min(len(name.split()), 4))


def _of_recipients(mail: Mail) -> Iterator[str]:
    assert mail.sender
    if not mail.to:
        yield "to:none"
        return
    first = mail.to[0]
    yield f"to:self:{first.address.lower() == mail.sender.address.lower()}"
    yield f"to:named:{_kind(first.name, first.address.lower().partition('@')[0])}"


def _of_envelope(head: Head) -> Iterator[str]:
    for name in _ENVELOPE:
        for value in head.values.get(name, ())[:2]:
            address = value.strip("<> ").lower()
            yield f"{name}:{address[:40]}"
            yield f"{name}:@{site(address.rpartition('@')[2])}"


def _agreeing(sight: Sight, domain: str) -> Iterator[str]:
    """Where the sender's domain is found again."""
    mail, head, ours = sight.mail, sight.head, site(domain)
    identifier = head.first("message-id").strip("<> ").rpartition("@")[2].lower()
    way = " ".join(head.values.get("received", ())).lower()
    places = [_share(sight.links, ours), str(ours in way), str(ours.partition(".")[0] in sight.words)]
    yield from (f"own:{what}:{found}" for what, found in zip(("links", "way", "text"), places, strict=True))
    yield f"own:all:{'|'.join(places)}"
    yield f"own:subject:{ours.partition('.')[0] in mail.subject.lower()}"
    yield f"own:links:id:{site(identifier) in {site(link.host) for link in sight.links}}"
    yield f"own:id:{_other(identifier, ours) if '.' in identifier or not identifier else 'bare'}"
    if mail.return_path is not None:
        yield f"own:path:{_other(mail.return_path.rpartition('@')[2].lower(), ours)}"
    yield f"free:{domain in FREE}|{domain in way}|{places[0]}"


def _share(links: tuple[Link, ...], ours: str) -> str:
    own = [site(link.host) == ours for link in links]
    return "no links" if not own else "all" if all(own) else "some" if any(own) else "none"


def _other(domain: str, ours: str) -> str:
    return "none" if not domain else "same" if site(domain) == ours else "other"
