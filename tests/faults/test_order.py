"""T12, T13: mails that come twice, at once, in the wrong order, and to a ticket that is closed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.door import Client
from tests.faults.rig.system import MAILBOX, System
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
AT_ONCE, REPLIES = 10, 100
CLOSE = """
    SELECT set_config('app.org_id', org_id::text, false), set_config('app.role', 'system', false) FROM tickets;
    SELECT update_tickets(jsonb_build_array(jsonb_build_object(
        'ticket_id', t.id, 'reason', 'test', 'patch', jsonb_build_object('stage_id', s.id))))
    FROM tickets t JOIN workflow_stages s ON s.org_id = t.org_id AND s.category = 'closed'
    WHERE t.title = 'closed' LIMIT 1
"""
REPEATS = "SELECT count(*), sum(repeats) FROM raw_mail WHERE encode(content, 'escape') LIKE '%same bytes%'"
COMMENTS = """
    SELECT count(c.id), count(DISTINCT c.ticket_id) FROM ticket_comments c
    JOIN tickets t ON t.org_id = c.org_id AND t.id = c.ticket_id WHERE t.title = '{}'
"""


def a_mail(subject: str, name: str, text: str = "words", cites: str = "") -> bytes:
    """The bytes of a mail; the name becomes its Message-ID."""
    lines = ["From: Ann <ann@customer.test>", f"Subject: {subject}", f"Message-ID: <{name}@customer.test>"]
    lines += [f"In-Reply-To: <{cites}@customer.test>"] if cites else []
    return "\r\n".join([*lines, "", text, ""]).encode()


def deliver(system: System, *mails: bytes) -> None:
    """Hand mails in, one after the other, each answered 250."""
    with Client(system.postern.smtp) as client:
        client.hello()
        for mail in mails:
            assert client.mail(mail, MAILBOX)[0].startswith("250")


def deliver_at_once(system: System, *mails: bytes) -> None:
    """Hand mails in over ten connections that begin at the same moment."""
    together = Barrier(AT_ONCE)

    def run(share: list[bytes]) -> None:
        together.wait(30)
        deliver(system, *share)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, [list(mails[number::AT_ONCE]) for number in range(AT_ONCE)]))


def comments(system: System, subject: str) -> tuple[int, int]:
    """How many comments lie on tickets of a title, and on how many tickets."""
    found = system.ask(COMMENTS.format(subject))[0]
    return (found[0], found[1])


def test_repeats_and_disorder(tmp_path: Path):
    with System(tmp_path) as system:
        with system.world(rate=20) as world:
            deliver_at_once(system, *[a_mail("same bytes", "same")] * AT_ONCE)
            deliver(system, *(a_mail("same name", "name", f"words {number}") for number in range(3)))
            deliver(system, *(a_mail("same words", f"other-{number}") for number in range(3)))
            deliver(system, a_mail("Re: late", "answer", cites="question"))
            deliver(system, a_mail("many", "many"), a_mail("closed", "closed"))
            for subject in ("Re: late", "many", "closed"):
                until(lambda subject=subject: comments(system, subject) == (1, 1))  # type: ignore[misc]  # mypy cannot infer a default of a lambda
            system.change(CLOSE)
            assert system.ask("SELECT status FROM tickets WHERE title = 'closed'") == [("closed",)]
            deliver(system, a_mail("Re: late", "question"), a_mail("Re: closed", "reopened", "again", "closed"))
            deliver_at_once(
                system, *(a_mail("Re: many", f"r{number}", f"{number}", "many") for number in range(REPLIES))
            )
        system.rest()
        repeats = (
            "SELECT count(*), sum(repeats) FROM raw_mail WHERE position('same bytes' IN encode(content, 'escape')) > 0"
        )
        assert system.ask(repeats) == [(1, AT_ONCE - 1)]
        assert comments(system, "same bytes") == (1, 1)
        assert comments(system, "same name") == (3, 3), "a mail is known by its bytes, not by its name"
        assert comments(system, "same words") == (3, 3)
        assert comments(system, "Re: late") == (2, 1)
        assert comments(system, "many") == (1 + REPLIES, 1)
        assert comments(system, "closed") == (2, 1)
        system.examine(world)
