"""Mails that were made to hurt, through the front door of a running system: kept, shown, and no burden for others."""

import os
import re
import signal
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from models.settings import Settings
from tests.hostile import HEADERS, HOSTILE, pages
from tests.journeys.stage import Stage
from tests.running import Postern
from tests.sending import hand_over_all
from tests.waiting import until
from tests.watching import Watch

pytestmark = pytest.mark.timeout(300)
NEIGHBOUR_SECONDS = 5.0  # promised: no mail holds up another one for longer
LONGEST_LINE = Settings.model_fields["max_line_bytes"].default
NOTE = re.compile(r"The mail |The headers |Parts are nested")
KEPT = """
    SELECT r.id, r.stage, r.attempts, r.content, c.text, c.ticket_id,
           extract(epoch FROM r.processed_at - r.received_at)::float AS seconds,
           (SELECT array_agg(b.content ORDER BY a.position) FROM ticket_attachments a
            JOIN blobs b ON b.org_id = a.org_id AND b.sha256 = a.sha256
            WHERE a.org_id = r.org_id AND a.comment_id = r.comment_id) AS files
    FROM raw_mail r LEFT JOIN ticket_comments c ON c.org_id = r.org_id AND c.id = r.comment_id
    WHERE r.content = %(content)s
"""
ROUND = 6  # of the others at once
numbers = count()


@pytest.fixture
def watch(system: Postern) -> Iterator[Watch]:
    """What happens to the system during a test."""
    with Watch(system) as found:
        yield found


def test_each_is_kept_and_shown_and_its_neighbours_are_filed(watch: Watch, stage: Stage):
    file_one(watch, stage)  # the workers may still be starting
    taken = {name: as_taken(watch, stage, name, hostile) for name, hostile in HOSTILE.items()}
    contents = list(taken.values())
    rounds = [contents[:1], *(contents[start : start + ROUND] for start in range(1, len(contents), ROUND))]
    assert [waited for those in rounds if (waited := file_one(watch, stage, *those)) > NEIGHBOUR_SECONDS] == []
    watch.wait_until_read(90)
    for name, content in taken.items():
        assert_kept(watch, name, content)
    unreadable = taken["1,000 deep multipart"]
    assert watch.system.output("mail", "show", str(kept(watch, unreadable).id), "--raw") == unreadable
    assert watch.trouble() == []


def as_taken(watch: Watch, stage: Stage, name: str, hostile: bytes) -> bytes:
    """A hostile mail with lines that the door takes; one with others is refused, and nothing of it kept."""
    content = HEADERS.replace(b"hostile", name.encode()) + hostile + b"\r\n"
    if max(map(len, content.split(b"\r\n"))) <= LONGEST_LINE:
        return content
    assert give(stage, content)[0].startswith("500 5.6.0"), name
    assert watch.rows(KEPT, content=content) == [], name
    return re.sub(rb"([^\r\n]{900})(?=[^\r\n])", rb"\1\r\n ", content)


def assert_kept(watch: Watch, name: str, content: bytes) -> None:
    """A ticket with what the mail says, or with a note and all of its bytes."""
    row = kept(watch, content)
    assert (row.stage, bool(row.ticket_id)) == ("filed", True), name
    if NOTE.match(row.text):
        assert bytes(row.files[-1]) == content, name
    else:
        assert row.text.strip() or row.files, name


def file_one(watch: Watch, stage: Stage, *others: bytes) -> float:
    """How many seconds an ordinary mail takes from the door to its ticket, right after others."""
    ordinary = (
        f"From: Carla <carla@good.test>\r\nSubject: My kettle {next(numbers)}\r\n\r\nIt does not boil.\r\n".encode()
    )
    assert [said[:3] for said in give(stage, *others, ordinary)] == ["250"] * (len(others) + 1)
    row = until(lambda: kept(watch, ordinary))
    assert (row.stage, row.text) == ("filed", "It does not boil.")
    return float(row.seconds)


def give(stage: Stage, *contents: bytes) -> list[str]:
    """Hand mails to the door, one right after the other; its answers."""
    return hand_over_all(stage.system.smtp, contents, stage.support, sessions=1)


def kept(watch: Watch, content: bytes) -> Any:
    """What became of a mail, None while it waits."""
    (row,) = watch.rows(KEPT, content=content)
    return None if row.stage == "received" else row


@pytest.mark.long
def test_a_slow_mail_whose_reader_is_killed_is_read_again(watch: Watch, stage: Stage):
    """Its lease stands for a minute; here the minute is over at once."""
    content = as_taken(watch, stage, "slow", pages(33))
    assert give(stage, content)[0].startswith("250")
    leased = "SELECT id FROM raw_mail WHERE stage = 'received' AND attempts = 2 AND leased_until > now()"
    until(lambda: watch.rows(leased))
    os.kill(watch.pid("worker-clock"), signal.SIGKILL)
    watch.rows("UPDATE raw_mail SET leased_until = now(), ring_at = now() WHERE stage = 'received' RETURNING id")
    row = until(lambda: kept(watch, content), 90)
    assert (row.stage, row.attempts) == ("filed", 3)
