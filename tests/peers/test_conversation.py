"""Ten mails of three people, who read at a Dovecot and answer by swaks: one thread for each, by References alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import Message
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.imap import logged_in
from tests.peers.conftest import Peer, installed
from tests.peers.dovecot import Dovecot
from tests.running import Postern
from tests.waiting import until

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

DOMAIN = "conversation.test"
SUPPORT = f"support@{DOMAIN}"
TURNS = ("carla", "ann", "dave", "carla", "ann", "carla", "ann", "dave", "carla", "ann")
JOIN = """
    WITH dave AS (
        INSERT INTO profiles (org_id, email, name, role) SELECT id, %(dave)s, 'Dave', 'customer' FROM organizations
        WHERE slug = 'conversation' RETURNING org_id, id
    ), known AS (
        INSERT INTO profile_addresses (org_id, address, profile_id) SELECT org_id, %(dave)s, id FROM dave
    )
    INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)
    SELECT t.org_id, t.id, d.id, 'cc' FROM tickets t JOIN dave d USING (org_id)
"""


@dataclass
class Person:
    """Somebody with a mailbox at that Dovecot, in which their own mails lie, too."""

    name: str
    address: str
    dovecot: Dovecot

    def box(self) -> list[Message]:
        """All mails, as the server has them, in the order in which they came."""
        with logged_in(replace(self.dovecot.access, user=self.name)) as client:
            client.select_folder("INBOX", readonly=True)
            found = client.fetch(client.search(), ["BODY[]"])
        return [message_from_bytes(found[uid][b"BODY[]"]) for uid in sorted(found)]

    def threads(self) -> list[set[int]]:
        """The messages of each thread, as the server sorts them by what they cite and nothing else (THREAD=REFS)."""
        with logged_in(replace(self.dovecot.access, user=self.name)) as client:
            client.select_folder("INBOX", readonly=True)
            return [set(_flat(one)) for one in client.thread("REFS")]

    def mail(self, number: int) -> bytes:
        """One that answers the last that came to them, or begins the conversation (RFC 5322 section 3.6.4)."""
        came = [one for one in self.box() if one["From"] != self.address]
        lines = [f"From: {self.address}", f"Message-ID: <{number}.{'x' * 80}@client.test>"]
        if came:
            last = came[-1]
            cited = _cited(last["References"] or last["In-Reply-To"])
            lines += [f"To: {last['Reply-To']}", f"Subject: {number} is another subject, which threads nothing"]
            lines += [f"In-Reply-To: {last['Message-ID']}"]
            lines += ["References: " + "\r\n ".join([*cited, last["Message-ID"]])]
        else:
            lines += [f"To: {SUPPORT}", "Subject: Kettle"]
        return "\r\n".join([*lines, "", f"Words number {number}.", ""]).encode()


def _flat(thread: object) -> Iterator[int]:
    if isinstance(thread, int):
        yield thread
    elif isinstance(thread, tuple | list):
        for one in thread:
            yield from _flat(one)


@pytest.fixture
def people(postern: Postern) -> Iterator[dict[str, Person]]:
    """Carla, who asks, Dave, her colleague, and Ann, who answers."""
    postern.desk("org", "add", "Conversation", "--slug", "conversation", "--prefix", "CON")
    postern.desk("mailbox", "add", SUPPORT, "--org", "conversation")
    postern.desk("agent", "add", f"ann@{DOMAIN}", "--org", "conversation", "--name", "Ann Agent")
    with Dovecot(installed("dovecot")) as dovecot:
        homes = {"carla": "customer.test", "dave": "customer.test", "ann": DOMAIN}
        yield {name: Person(name, f"{name}@{home}", dovecot) for name, home in homes.items()}


def all_came(postern: Postern, people: dict[str, Person], seen: set[Path], due: dict[str, int]) -> bool:
    """Put what Postern wrote since the last time into the mailboxes; does each have as many mails as are due?"""
    for path in sorted(set((postern.data / "capture").glob("*.eml")) - seen):
        envelope, _, content = path.read_bytes().partition(b"Delivered-To: ")
        recipient, _, content = content.partition(b"\r\n")
        name, _, _ = recipient.decode().partition("@")
        if name in people and DOMAIN.encode() in envelope + content[:4000]:
            people[name].dovecot.put([content], name)
        seen.add(path)
    return {name: len(one.box()) for name, one in people.items()} == due


def due_after(*turns: str) -> dict[str, int]:
    """How many mails each mailbox holds then, own ones too: customers get what Ann writes, and Carla a receipt."""
    by = Counter(turns)
    return {"carla": by["carla"] + by["ann"] + 1, "dave": by["dave"] + by["ann"], "ann": by.total()}


def test_ten_mails_of_three_people_are_one_thread_for_each(
    peer: Peer, postern: Postern, people: dict[str, Person], tmp_path: Path
) -> None:
    seen = set((postern.data / "capture").glob("*.eml"))
    for number, name in enumerate(TURNS, 1):
        writer, file = people[name], tmp_path / f"{number}.eml"
        file.write_bytes(writer.mail(number))
        to = message_from_bytes(file.read_bytes())["To"]
        words = ("--server", "127.0.0.1", "--port", str(postern.smtp), "--from", writer.address, "--to", to)
        done = peer("swaks", *words, "--data", f"@{file}")
        assert done.returncode == 0, done.stdout
        writer.dovecot.put([file.read_bytes()], name)
        until(partial(all_came, postern, people, seen, due_after(*TURNS[:number])), 60)
        if number == 1:
            with psycopg.connect(postern.desk("db", "url", "--role", "owner")["url"], autocommit=True) as connection:
                connection.execute(JOIN.encode(), {"dave": people["dave"].address})
    (ticket,) = postern.desk("ticket", "list", "--org", "conversation")
    assert len(postern.desk("ticket", "show", ticket["number"])["comments"]) == len(TURNS)
    first = message_from_bytes((tmp_path / "1.eml").read_bytes())["Message-ID"]
    assert all_came(postern, people, seen, {"carla": 9, "dave": 6, "ann": 10})
    boxes = {name: one.box() for name, one in people.items()}
    for name, box in boxes.items():
        assert people[name].threads() == [set(range(1, len(box) + 1))], name
        assert orphans(box, box[0]["In-Reply-To"] if name == "ann" else first) == [], name
        assert not any("=?" in (one["References"] or "") for one in box)


def orphans(box: list[Message], root: str) -> list[str]:
    """The mails from which no way leads to the beginning, from one to what it cites and what that cites."""
    cites = {one["Message-ID"]: [*_cited(one["References"]), *_cited(one["In-Reply-To"])] for one in box}
    reached, near = {root}, {root}
    while near:
        near = {one for one, cited in cites.items() if reached & set(cited)} - reached
        reached |= near
    return sorted(cites.keys() - reached)


def _cited(value: str | None) -> list[str]:
    return (value or "").split()
