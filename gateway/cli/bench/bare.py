"""The reference of `file`: reads a mail with the standard library and writes the rows it comes to, and that is all.

No sandbox, no look-up, no decision, no thought about letters. It writes as the owner of the tables in the
organization's context, so that the same policies, keys, triggers and commits apply: one INSERT of many rows a table.
"""

import email
import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import parseaddr
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from gateway.cli.bench.stage import Tenant
from gateway.cli.bench.store import Stored
from models import marks
from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter

TABLES = (
    "profiles", "profile_addresses", "tickets", "ticket_history", "ticket_numbers", "ticket_comments", "message_ids",
    "outgoing", "raw_mail",
)  # fmt: skip
_REASON = {"step": "recognise", "verdict": "personal", "reason": "a sentence that says why it is so, like any other"}
TRACE = json.dumps([_REASON] * 6)
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as the standard library reads it."""

    mail: UUID
    subject: str
    name: str
    address: str
    message_id: str
    text: str
    html: str | None


class Filer:
    """Files batches; what it knows about an organization it learned before the clock ran."""

    def __init__(self) -> None:
        self._known: dict[UUID, Columns] = {}
        self._numbers = count(1)

    def file(self, batch: Sequence[Stored]) -> None:
        """Read and write a batch, in one transaction for each organization.

        Args:
            batch: of any organizations.
        """
        mails: dict[Tenant, list[Read]] = {}
        for one in batch:
            mails.setdefault(one.tenant, []).append(read(one))
        for tenant, found in mails.items():
            self._write(tenant, found)

    def _write(self, tenant: Tenant, mails: list[Read]) -> None:
        said = self._learned(tenant) | _rows(mails, self._numbers)
        said |= _letters(said, tenant)
        with transaction(tenant.org, login="admin") as connection:
            for table in TABLES:
                connection.execute(_statement(table), said)

    def _learned(self, tenant: Tenant) -> Columns:
        if tenant.org not in self._known:
            with transaction(tenant.org) as connection:
                row = connection.execute(_statement("known"), {"org": tenant.org}).mappings().one()
            constant = {"org": tenant.org, "mailbox": tenant.mailbox, "trace": TRACE}
            self._known[tenant.org] = {**row, **constant}
        return self._known[tenant.org]


def read(stored: Stored) -> Read:
    """Parse and decode one mail."""
    mail = email.message_from_bytes(stored.content)
    name, address = parseaddr(mail["From"])
    bodies: dict[str, str] = {}
    for part in mail.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            bodies[part.get_content_type()] = content.decode(part.get_content_charset("ascii"), "replace")
    subject = str(make_header(decode_header(mail["Subject"])))
    words, page = bodies["text/plain"].replace("\r\n", "\n"), bodies.get("text/html")
    return Read(stored.id, subject, name, address, mail["Message-ID"], words, page)


def _rows(mails: list[Read], numbers: "count[int]") -> Columns:
    return {
        "mails": [one.mail for one in mails],
        "names": [one.name for one in mails],
        "addresses": [one.address for one in mails],
        "titles": [one.subject for one in mails],
        "texts": [one.text for one in mails],
        "pages": [one.html for one in mails],
        "message_ids": [one.message_id for one in mails],
        "people": [uuid7() for _ in mails],
        "tickets": [uuid7() for _ in mails],
        "histories": [uuid7() for _ in mails],
        "comments": [uuid7() for _ in mails],
        "numbers": [f"BARE-2026-11-{next(numbers):06}" for _ in mails],
    }


def _letters(said: Columns, tenant: Tenant) -> Columns:
    """An acknowledgement to each customer and a notification to the agent for each mail."""
    letters = [uuid7() for _ in range(2 * len(said["mails"]))]
    host, agents = tenant.address.rpartition("@")[2], len(said["mails"])
    cited = [json.dumps({"in_reply_to": one, "references": [one]}) for one in said["message_ids"]]
    return {
        "letters": letters,
        "handles": [marks.handle_of(one) for one in letters],
        "letter_message_ids": [f"<{one.hex}.{one.hex[:26]}@{host}>" for one in letters],
        "letter_tickets": said["tickets"] * 2,
        "letter_comments": said["comments"] * 2,
        "kinds": [Letter.ACKNOWLEDGEMENT] * agents + [Letter.NOTIFICATION] * agents,
        "readers": said["people"] + [said["agent"]] * agents,
        "recipients": said["addresses"] + [said["agent_address"]] * agents,
        "recipient_names": said["names"] + ["Ann Agent"] * agents,
        "contexts": cited * 2,
    }


@cache
def _statement(name: str) -> TextClause:
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text())
