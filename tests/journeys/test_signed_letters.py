"""Letters that leave by the relay verify, and who takes part leaves the ticket by one click on what they got."""

import re
import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import dkim
import psycopg
import pytest

from tests.journeys.stage import reply_to
from tests.relay import FakeRelay, running
from tests.running import Postern
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")
CARLA, DAVE, ANN = "carla@customer.test", "dave@customer.test", "ann@signed.test"
JOIN = """
    WITH dave AS (
        INSERT INTO profiles (org_id, email, name, role) SELECT id, %(dave)s, 'Dave', 'customer' FROM organizations
        WHERE slug = 'signed' RETURNING org_id, id
    )
    INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)
    SELECT t.org_id, t.id, d.id, 'cc' FROM tickets t JOIN dave d USING (org_id)
"""


@pytest.fixture(scope="module")
def sink() -> Iterator[FakeRelay]:
    with running() as relay:
        yield relay


@pytest.fixture(scope="module")
def system(sink: FakeRelay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postern]:
    settings = {"relay": sink.url, "public_url": "https://desk.signed.test"}
    with Postern(tmp_path_factory.mktemp("signed") / "data", settings=settings) as running_system:
        running_system.desk("org", "add", "Signed", "--slug", "signed", "--prefix", "SIG")
        running_system.desk("mailbox", "add", "support@signed.test", "--org", "signed")
        running_system.desk("agent", "add", ANN, "--org", "signed", "--name", "Ann Agent")
        yield running_system


def write(system: Postern, sender: str, to: str, number: int) -> None:
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: Kettle  \t it leaks\r\nMessage-ID: <{number}@c.test>"
    said = f"{head}\r\n\r\nIt does.\r\n"
    with smtplib.SMTP("127.0.0.1", system.smtp, timeout=30) as client:
        client.sendmail(sender, [to], said.encode())


def letter(sink: FakeRelay, recipient: str, than: int = 0) -> bytes:
    """The last letter that somebody got, once there are more than so many."""

    def theirs() -> list[bytes]:
        return [one.content for one in sink.letters if one.rcpt == [f"TO:<{recipient}>"]]

    until(lambda: len(theirs()) > than)
    return theirs()[-1]


def verdicts(content: bytes, records: list[dict[str, str]]) -> list[bool]:
    known = {f"{one['name']}.".encode(): one["value"].encode() for one in records}
    verifier, number = dkim.DKIM(content), content.count(b"DKIM-Signature:")
    found = []
    for one in range(number):
        try:
            found.append(verifier.verify(idx=one, dnsfunc=lambda name, **_: known.get(name, b"")))
        except dkim.DKIMException:
            found.append(False)
    return found


def parsed(content: bytes) -> Message:
    return message_from_bytes(content)


def test_letters_verify_at_the_other_end_and_a_participant_leaves_by_one_click(system: Postern, sink: FakeRelay):
    write(system, CARLA, "support@signed.test", 1)
    assert verdicts(letter(sink, CARLA), []) == [], "before there is a key"
    records = system.desk("dkim", "add", "signed.test", "--now", "--org", "signed")

    with psycopg.connect(system.desk("db", "url", "--role", "owner")["url"], autocommit=True) as connection:
        connection.execute(JOIN, {"dave": DAVE})
    address = reply_to(parsed(letter(sink, ANN)))
    write(system, ANN, address, 2)
    answer, copy = letter(sink, CARLA, 1), letter(sink, DAVE)
    for content in (answer, copy):
        assert verdicts(content, records) == [True, True]
        assert verdicts(content.replace(b"It does.", b"It does not."), records) == [False, False]
        assert verdicts(b"Subject: You won\r\n" + content, records) == [False, False]
    assert "List-Unsubscribe" not in parsed(answer), "who asked cannot leave their own ticket"

    said = parsed(copy)
    assert said["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.match(r"<(https://[^>]+)>", said["List-Unsubscribe"])
    assert found
    link = urlsplit(found[1])
    assert link.netloc == "desk.signed.test"
    click = Request(f"http://127.0.0.1:{system.http}{link.path}", b"List-Unsubscribe=One-Click", method="POST")
    with urlopen(click, timeout=30) as page:
        assert page.status == 200
    number = system.desk("ticket", "list")[0]["number"]
    until(lambda: "no more letters" in system.desk("ticket", "show", number)["comments"][-1]["text"])

    write(system, ANN, address, 3)
    letter(sink, CARLA, 2)
    until(lambda: {one["state"] for one in system.desk("outbox", "list")} == {"sent"})
    assert len([one for one in sink.letters if one.rcpt == [f"TO:<{DAVE}>"]]) == 1
