"""From one mail with its envelope to what is stored: one arrival for each mailbox, and for each signed tag of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.addresses import Target
from models.base import uuid7
from models.marks import tag_of
from models.raw_mail import Arrival, digest


@dataclass(frozen=True, slots=True)
class Origin:
    """How a mail came.

    Attributes:
        mail_from: return path of the envelope, '' for `<>`.
        peer: address of the client, None where nobody handed it in. helo: what it called itself, or where it was
            fetched from, None where neither is so. protocol: `esmtp`, `lmtps`, `imaps`, `pop3s`, `pipe`, …
    """

    mail_from: str
    peer: str | None
    helo: str | None
    protocol: str


def arrivals(recipients: Sequence[tuple[str, Target]], content: bytes, origin: Origin) -> list[Arrival]:
    """One mail as rows to store.

    Addresses of one mailbox share a row, but each signed tag is an answer in a ticket of its own and has its own. The
    mailbox's plain address beside one (a reply to all) joins it, or the answer would be there twice.

    Args:
        recipients: raw RCPT addresses and where they lead.
        content: the mail as received.
        origin: the rest of its envelope.
    """
    boxes: dict[tuple[UUID, UUID], dict[str, list[str]]] = {}
    for address, target in recipients:
        addresses = boxes.setdefault((target.org_id, target.mailbox_id), {}).setdefault(tag_of(address), [])
        if address not in addresses:
            addresses.append(address)
    return [
        Arrival(
            id=uuid7(),
            org_id=org_id,
            mailbox_id=mailbox_id,
            digest=digest(mailbox_id, tag, content),
            content=content,
            mail_from=origin.mail_from,
            recipients=tuple(addresses),
            peer=origin.peer,
            helo=origin.helo,
            protocol=origin.protocol,
        )
        for (org_id, mailbox_id), tags in boxes.items()
        for tag, addresses in _joined(tags).items()
    ]


def _joined(tags: dict[str, list[str]]) -> dict[str, list[str]]:
    signed = [tag for tag in tags if tag]
    if signed and (plain := tags.pop("", None)):
        tags[signed[0]].extend(plain)
    return tags
