"""Where a story plays: an organization with its mailbox and agents, seen only through SMTP, the desk and letters."""

import email
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses
from typing import Any

import psycopg

from gateway.embedded import EmbeddedPostgres
from tests.running import Postern
from tests.waiting import until

# Only to wait for: the desk, asked again and again, would keep the machine from the work that is waited for.
REST = """
    SELECT (SELECT count(*) FROM raw_mail WHERE org_id = o.id),
           (SELECT count(*) FROM raw_mail WHERE org_id = o.id AND stage = 'received'),
           (SELECT count(*) FROM outgoing WHERE org_id = o.id AND state IN ('queued', 'sending', 'deferred')),
           (SELECT count(*) FROM notifications WHERE org_id = o.id AND mailed_at IS NULL)
    FROM organizations o WHERE slug = %(slug)s
"""


@dataclass
class Captured:
    """A letter in the capture folder, with what the outbox says of it."""

    letter: str
    recipient: str
    message: Message


@dataclass
class Stage:
    """One organization of the running system.

    Attributes:
        system: what runs.
        slug: of the organization; its domain is `<slug>.test`.
        seen: letters that an earlier step has looked at, by identifier.
    """

    system: Postern
    slug: str
    seen: dict[str, Captured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the organization as an operator does."""
        self.id = self.desk("org", "add", self.slug, "--slug", self.slug, "--prefix", "TST")["id"]
        self.desk("mailbox", "add", self.support, "--org", self.slug)
        self.desk("agent", "add", self.agent, "--org", self.slug, "--name", "Ann Agent")

    @property
    def domain(self) -> str:
        """The organization's domain."""
        return f"{self.slug}.test"

    @property
    def support(self) -> str:
        """Its mailbox."""
        return f"support@{self.domain}"

    @property
    def agent(self) -> str:
        """Its first agent."""
        return f"agent@{self.domain}"

    def desk(self, *words: str) -> Any:
        """What a command of the desk answers."""
        return self.system.desk(*words)

    def unbound(self) -> None:
        """Let anybody write as often as they like: the mails of some tests have few senders."""
        for action in ("ticket_create", "message_send"):
            for who in ("email", "domain"):
                self.desk("limits", "set", action, who, "off", "--org", self.slug)

    def send(self, content: bytes, sender: str, to: Sequence[str]) -> Mapping[str, Any]:
        """Hand a mail to the door and wait until it is filed and its letters are at rest.

        Args:
            content: the mail, with CRLF.
            sender: the envelope's return path.
            to: its recipients.

        Returns:
            The entry of `mail list`.
        """
        before = self.rest()
        with smtplib.SMTP("127.0.0.1", self.system.smtp, timeout=30) as client:
            client.sendmail(sender, list(to), content)

        until(lambda: (now := self.rest())[0] > before[0] and now[1:3] == (0, 0))
        newest: Mapping[str, Any] = self.mails()[0]
        return newest

    def await_filed(self, mail: str) -> None:
        """Wait until a mail that was in quarantine is filed and its letters are at rest."""
        until(lambda: self.desk("mail", "show", mail)["stage"] == "filed")
        until(lambda: self.rest()[2] == 0)

    def rest(self) -> tuple[int, ...]:
        """How many mails there are, and of them unread; letters on their way; notices that no letter tells of yet."""
        (found,) = self.ask(REST, slug=self.slug)
        return found

    def ask(self, query: str, **said: object) -> list[tuple[Any, ...]]:
        """The answer to a query as somebody who sees everything, where `%(org)s` is the organization."""
        with psycopg.connect(EmbeddedPostgres(self.system.data).url("superuser")) as connection:
            found = connection.execute(query.encode(), {"org": self.id, **said})
            return found.fetchall() if found.description else []

    def mails(self) -> list[Any]:
        """The organization's mails, newest first."""
        found: list[Any] = self.desk("mail", "list", "--org", self.slug)
        return found

    def outbox(self) -> list[Any]:
        """The organization's letters."""
        found: list[Any] = self.desk("outbox", "list", "--org", self.slug)
        return found

    def letters(self) -> list[Captured]:
        """Letters captured since the last call, read from the capture folder."""
        fresh = {}
        for one in self.outbox():
            if one["id"] not in self.seen and one["state"] != "withheld":
                path = self.system.data / "capture" / f"{one['id']}.eml"
                message = email.message_from_bytes(path.read_bytes())
                fresh[one["id"]] = Captured(one["letter"], one["recipient"], message)
        self.seen.update(fresh)
        return list(fresh.values())

    def last(self, letter: str) -> Captured:
        """The newest letter of a kind that was seen."""
        return [one for _, one in sorted(self.seen.items()) if one.letter == letter][-1]


def reply_to(message: Message) -> str:
    """Where a mail client would send the answer to a letter."""
    return getaddresses([message["Reply-To"] or message["From"]])[0][1]


def body(message: Message, kind: str = "text/plain") -> str:
    """The text of a letter's first part of a type."""
    for part in message.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode(part.get_content_charset() or "utf-8")
    raise AssertionError(f"no {kind} in the letter")
