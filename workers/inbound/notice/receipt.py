"""A letter was shown to somebody, or deleted: a disposition notification (RFC 8098)."""

from workers.inbound import scrub
from workers.inbound.mail import Failure, Notice
from workers.inbound.notice import fields
from workers.inbound.notice.seen import Seen
from workers.inbound.parse import identifiers


def read(seen: Seen) -> Notice | None:
    """The receipt, by its machine-readable part alone."""
    report = seen.reports.get("receipt")
    if report is None:
        return None
    told: fields.Fields = {}
    for block in fields.blocks(report):
        told = block | told
    disposition = scrub.line(told.get("disposition", "").rpartition(";")[2], 40).lower() or "unknown"
    address = fields.recipient(told.get("final-recipient", ""))
    named = identifiers.scan(told.get("original-message-id", "").encode())[:1]
    failures = (Failure(address, "", "shown", hard=False, reason=disposition),) if address else ()
    return Notice("receipt", f"it is a disposition notification: {disposition}", failures, named)
