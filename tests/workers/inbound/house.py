"""An organization whose letters go out and come back: what is put into the ledger, and what became of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from models import marks
from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter
from models.raw_mail import digest
from tests.conftest import Tenant
from workers.inbound.task import receive

STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, :sender, :to, '127.0.0.1', 'h', 'esmtp')"
)
CAROL = "carol@customer.test"


class House:
    """An organization whose letters go out, and what becomes of them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def store(self, content: bytes, to: str = "", sender: str = "") -> UUID:
        """Put a mail into the ledger as the door does."""
        tenant, made, to = self.tenant, uuid7(), to or self.tenant.address
        said = {
            "id": made, "org": tenant.id, "box": tenant.mailbox, "digest": digest(tenant.mailbox, to, content),
            "content": content, "size": len(content), "sender": sender, "to": [to],
        }  # fmt: skip
        with transaction(login="gateway") as connection:
            connection.execute(STORE, said)
        return made

    def comes(self, content: bytes, to: str = "", sender: str = "") -> Any:
        """A mail comes and is filed; its row."""
        made = self.store(content, to, sender)
        receive([str(made)])
        (row,) = self.rows("SELECT stage, reason, trace, ticket_id FROM raw_mail WHERE id = :id", id=made)
        return row

    def rows(self, query: str, **said: Any) -> list[Any]:
        with transaction(self.tenant.id) as connection:
            return list(connection.execute(text(query), said))

    def change(self, query: str, **said: Any) -> None:
        with transaction(self.tenant.id) as connection:
            connection.execute(text(query), said)

    def writes(self, sender: str = CAROL, subject: str = "The kettle", to: str = "", **headers: str) -> Any:
        """A person writes."""
        lines = [f"From: {sender}", f"To: {self.tenant.address}", f"Subject: {subject}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        content = "\r\n".join([*lines, f"Message-ID: <{uuid7().hex}@c.test>", "", "It does not boil.", ""])
        return self.comes(content.encode(), to, sender)

    def letter(self, name: Letter, recipient: str = "") -> Any:
        """The newest letter of a kind, which has gone out."""
        self.change("UPDATE outgoing SET state = 'sent', sent_at = now() WHERE state = 'queued'")
        found = "SELECT * FROM outgoing WHERE letter = :name AND :to IN ('', recipient) ORDER BY id DESC LIMIT 1"
        (row,) = self.rows(found, name=name, to=recipient)
        return row

    def answered(self) -> Any:
        """Carol asked and the agent answered: the letter that carries it."""
        self.writes()
        notice = self.letter(Letter.NOTIFICATION)
        self.writes(self.tenant.agent_address, "Re: The kettle", self.address(notice, "r"))
        return self.letter(Letter.REPLY)

    def address(self, letter: Any, kind: str = "b") -> str:
        make = marks.return_path if kind == "b" else marks.reply_address
        return make(self.tenant.address, self.tenant.id, letter.handle)

    def state(self, letter: Any) -> tuple[str, str]:
        (row,) = self.rows("SELECT state, answer FROM outgoing WHERE id = :id", id=letter.id)
        return row.state, row.answer

    def suppressed(self) -> list[tuple[str, str, bool]]:
        query = "SELECT address, reason, until IS NULL AS ever FROM suppressions ORDER BY address, reason"
        return [(one.address, one.reason, one.ever) for one in self.rows(query)]

    def told(self) -> list[tuple[str, str]]:
        """Letters to agents about letters that came back: to whom, and whether they go."""
        query = "SELECT recipient, state FROM outgoing WHERE letter = 'letter_returned' ORDER BY id"
        return [(one.recipient, one.state) for one in self.rows(query)]

    def tickets(self) -> int:
        return len(self.rows("SELECT id FROM tickets"))
