"""The story that is recorded: two organizations, their mail and their desks, in as many ways as the code knows.

Only the code's own functions are used. New code that asks the database has a scene here, or `test_expand.py` says so.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psycopg.errors import AdminShutdown
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gateway.cli.first import furnish
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.migrations.conversed import WITH_FILES, somebody_asks_and_is_answered
from tests.migrations.elsewhere import mailboxes_come_and_go
from tests.migrations.fetched import mail_is_fetched
from tests.migrations.forgotten import somebody_wants_to_be_forgotten
from tests.migrations.props import Props, mail
from tests.migrations.returned import letters_come_back
from tests.migrations.routed import tickets_are_routed
from tests.migrations.screened import somebody_is_stopped
from tests.migrations.signed import letters_are_signed_and_somebody_leaves
from tests.migrations.staged import stages_do_something
from tests.migrations.tape import instead
from tests.migrations.trained import spam_is_taught
from tests.migrations.vault import secrets_are_kept
from workers.clock.task import count, index, sweep, tidy
from workers.inbound import claims, journey
from workers.inbound.routing import kept
from workers.outbound import task
from workers.outbound.courier import courier
from workers.outbound.letter import Draft, Outcome
from workers.outbound.post import Deliver, post

CAROL, ANN = "carol@customer.test", "ann@harbour.test"
HARBOUR, BILLING = "support@harbour.test", "billing@harbour.test"
BOUNCE = (
    b"From: Mail Delivery System <mailer-daemon@relay.test>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    b"Auto-Submitted: auto-replied\r\nMessage-ID: <bounce@relay.test>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain\r\n\r\nThe mailbox is full.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; relay.test\r\n\r\nFinal-Recipient: rfc822; carol@customer.test\r\nAction: failed\r\n"
    b"Status: 5.2.2\r\n--b--\r\n"
)


def play(props: Props) -> None:
    """All scenes, in an empty database of this program's schema.

    Rules are read anew for each batch: what state of them is known is told by times, which are others in a replay.
    """
    with props.fleet.hired(), instead(kept, "known", lambda _: ""):
        people_and_places(props)
        somebody_asks_and_is_answered(props, HARBOUR, ANN)
        programs_write(props)
        who_claims_to_be_somebody(props)
        at_the_desk(props)
        tickets_are_routed(props, HARBOUR)
        somebody_wants_to_be_forgotten(props, HARBOUR)
        somebody_is_stopped(props, HARBOUR)
        stages_do_something(props, HARBOUR, ANN)
        old_mail(props)
        what_cannot_be_filed(props)
        what_has_to_wait(props)
        spam_is_taught(props, HARBOUR)
        secrets_are_kept(props)
        mail_is_fetched(props)
        mailboxes_come_and_go(props, BILLING)
        letters_come_back(props, HARBOUR, ANN)
        the_way_out(props)
        letters_are_signed_and_somebody_leaves(props, HARBOUR)
        letters_that_wait(props)
        the_house_is_looked_after(props)


def people_and_places(props: Props) -> None:
    """The operator makes what there is, and mistakes while at it."""
    assert furnish()
    assert not furnish()
    props.json("org", "add", "Harbour & Sons", "--slug", "harbour", "--prefix", "HAR")
    props.desk("org", "add", "Once more", "--slug", "harbour", code=1)
    props.json("mailbox", "add", HARBOUR, "--org", "harbour", "--department", "Repairs")
    props.json("mailbox", "add", BILLING, "--org", "harbour", "--department", "repairs", "--name", "Billing")
    props.desk("mailbox", "add", BILLING, "--org", "harbour", code=1)
    props.desk("mailbox", "add", HARBOUR, "--org", "demo", code=1)
    props.json("agent", "add", ANN, "--org", "harbour", "--name", "Ann Agent", "--department", "Repairs")
    props.json("agent", "add", "boss@harbour.test", "--org", "harbour", "--admin")
    props.desk("agent", "add", ANN, "--org", "harbour", code=1)
    props.desk("agent", "add", HARBOUR, "--org", "harbour", code=1)
    for noun in ("org", "mailbox", "agent"):
        props.desk(noun, "list")


def programs_write(props: Props) -> None:
    """Holidays, lists, bounces, and our own letter coming back."""
    props.letters()
    props.send(mail("dave@customer.test", "Invoice", "Where is it?"), "dave@customer.test", BILLING)
    found = dict(props.letters())
    receipt, notice = found["acknowledgement"], found["notification_to_agent"]
    away = mail(ANN, "Away", "On a beach.", Auto_Submitted="auto-replied", In_Reply_To=notice["Message-ID"])
    props.send(away, ANN, notice["Reply-To"])
    props.send(BOUNCE, "", notice["Return-Path"].strip("<>"))
    props.send(mail("list@list.test", "Digest", "News.", List_Id="<list.list.test>"), "list@list.test", HARBOUR)
    props.send(mail(CAROL, "Report", "All is well."), "", HARBOUR)
    loop = mail(CAROL, "Fwd", "Your letter.", X_Postern_Loop=receipt["X-Postern-Loop"])
    assert props.send(loop, CAROL, HARBOUR)["stage"] == "quarantined"


def who_claims_to_be_somebody(props: Props) -> None:
    """A forged agent, a stranger with a leaked address, no sender at all, a customer who is hired, one who left."""
    props.letters()
    props.send(mail(CAROL, "Rope", "Too short.", Message_ID="<rope@customer.test>"), CAROL, HARBOUR)
    notice = props.letter("notification_to_agent")
    props.send(mail(ANN, "Re: Rope", "It is in the post.", References=notice["Message-ID"]), ANN, HARBOUR)
    props.send(mail("mallory@evil.test", "Re: Rope", "Mine."), "mallory@evil.test", notice["Reply-To"])
    props.send(b"Subject: who\r\n\r\nam I?\r\n", "", HARBOUR)
    props.json("agent", "add", "dave@customer.test", "--org", "harbour")
    props.send(mail("dave@customer.test", "Hired", "Now I am one of you."), "dave@customer.test", BILLING)
    harbour = next(one["id"] for one in props.json("org", "list") if one["slug"] == "harbour")
    with transaction(harbour, role="admin") as connection:
        add_person(connection, harbour, "eve@customer.test", "Eve", Role.CUSTOMER)
    ann = next(one["id"] for one in props.json("agent", "list", "--org", "harbour") if one["address"] == ANN)
    with transaction(harbour, role="agent", profile=ann) as connection:
        assert connection.scalar(text("SELECT count(*) FROM tickets"))


def at_the_desk(props: Props) -> None:
    """Everything a person can ask about tickets and say on them."""
    harbour = ("--org", "harbour")
    tickets = props.json("ticket", "list")
    number = next(one["number"] for one in tickets if one["org"] == "harbour" and one["subject"] == "Rope")
    props.json("ticket", "list", *harbour, "--status", "open", "--assignee", "none", "--limit", "3")
    props.json("ticket", "list", "--assignee", ANN)
    index()
    props.json("ticket", "search", "kettle", *harbour)
    for last in ((), harbour):
        props.json("ticket", "show", number, *last)
    props.desk("ticket", "show", "HAR-1999-01-00001", code=1)
    props.json("ticket", "reply", number, "--text", "A longer one comes.", "--as", ANN, *harbour)
    props.json("ticket", "reply", number, "--text", "Tomorrow.", *harbour)
    props.json("ticket", "note", number, "--text", "She is angry.", *harbour)
    props.json("ticket", "assign", number, "boss@harbour.test", *harbour)
    props.json("ticket", "assign", number, "none", *harbour)
    props.desk("ticket", "assign", number, "nobody@harbour.test", *harbour, code=1)
    for stage in ("waiting_on_customer", "resolved", "closed"):
        props.json("ticket", "stage", number, stage, *harbour)
    props.desk("ticket", "stage", number, "nonsense", *harbour, code=1)
    props.fleet.work()


def old_mail(props: Props) -> None:
    """A mailbox from before, imported twice."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "inbox")
        first = mail(
            CAROL, "Old", "Long ago.", Message_ID="<old@customer.test>", Date="Sat, 04 May 2019 10:00:00 +0000"
        )
        answer = mail(
            ANN, "Re: Old", "It was.", References="<old@customer.test>", Date="Sun, 05 May 2019 10:00:00 +0000"
        )
        path.write_bytes(b"".join(b"From x Sat May  4 10:00:00 2019\n" + one + b"\n" for one in (first, answer)))
        assert props.json("import", str(path), "--to", HARBOUR)["filed"] == 2
        assert props.json("import", str(path), "--to", HARBOUR, "--closed")["repeats"] == 2


def what_cannot_be_filed(props: Props) -> None:
    """A mail that fails until it is in quarantine, a worker that dies with one, and a person who decides."""

    def fails(*_: object) -> None:
        raise RuntimeError("cannot be filed")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    bad = mail(CAROL, "Bad", "Nobody can file this.")
    with instead(journey, "file", fails):
        props.door((bad, CAROL, [HARBOUR]), (bad + b"either\r\n", CAROL, [HARBOUR]))
        for _ in range(3):
            props.fleet.work()
            props.hurry("harbour")
            sweep()
        props.fleet.work()
    props.door((bad + b"mortal\r\n", CAROL, [HARBOUR]))
    for _ in range(3):
        with instead(journey, "file", dies), pytest.raises(KeyboardInterrupt):
            props.fleet.work()
        props.hurry("harbour")
        sweep()
    props.fleet.work()
    first, second, *_ = [one["id"] for one in props.json("quarantine", "list", "--org", "harbour")]
    props.json("quarantine", "show", first)
    props.json("quarantine", "drop", first[-12:], "--reason", "spam")
    props.json("quarantine", "release", second)
    props.fleet.work()
    props.desk("quarantine", "drop", second, code=1)
    props.json("mail", "list", "--org", "harbour", "--stage", "filed", "--limit", "5")
    props.json("mail", "explain", second)
    props.json("mail", "show", second)
    assert "Nobody can file this" in props.desk("mail", "show", second, "--raw")
    props.desk("mail", "show", "0123456789ab", code=1)


def what_has_to_wait(props: Props) -> None:
    """A mail so large that it is read apart, and one that comes while the database is shutting down."""

    def away(*_: object) -> None:
        raise OperationalError("filing", None, AdminShutdown())

    with instead(claims, "LARGE_BYTES", 2_000):  # a truly large one would make the tape as large
        props.send(mail(CAROL, "Large", "many words\r\n" * 250), CAROL, HARBOUR)
    props.door((mail(CAROL, "Meanwhile", "Is anybody there?"), CAROL, [HARBOUR]))
    with instead(journey, "file", away):
        props.fleet.work()
    props.hurry("harbour")
    sweep()
    props.fleet.work()


def the_way_out(props: Props) -> None:
    """Letters taken, refused, put off, and one of which nobody knows; with files; tried again by a person."""
    with props.relay() as relay:
        relay.rcpt |= {"gone@customer.test": "550 5.1.1 gone", "full@customer.test": "452 4.2.2 full"}
        for name in ("gone", "full", "fine"):
            props.send(mail(f"{name}@customer.test", "Hello", "Hello."), f"{name}@customer.test", HARBOUR)
        props.send(WITH_FILES.replace(b"files@", b"files2@"), CAROL, HARBOUR)
        relay.then("dot", "drop")
        props.send(mail(CAROL, "Lost", "Where do letters go?"), CAROL, HARBOUR)
        props.hurry("harbour")
        sweep()
        props.fleet.work()
        states = {one["state"]: one["id"] for one in props.json("outbox", "list", "--org", "harbour")}
        props.json("outbox", "show", states["sent"])
        for state in ("failed", "deferred", "unknown"):
            props.json("outbox", "retry", states[state])
        props.desk("outbox", "retry", states["sent"], code=1)
        props.fleet.work()
        courier(relay.url, "mx.postern.test").close()
    props.json("outbox", "list", "--state", "deferred", "--state", "failed", "--limit", "5")


def letters_that_wait(props: Props) -> None:
    """No time is left to begin a letter; a worker dies at its letters, which then go out one by one."""
    taken: list[Draft] = []

    def dies(made: Draft, deliver: Deliver) -> Outcome:
        taken.append(made)
        if len(taken) > 1:
            raise KeyboardInterrupt
        return post(made, deliver)

    with instead(task, "TAKE_SECONDS", -1.0):
        props.door((mail(CAROL, "In time", "Is there any?"), CAROL, [HARBOUR]))
        props.fleet.work(2)
    props.hurry("harbour")
    sweep()
    with instead(task, "post", dies), instead(task, "RECORD_LETTERS", 1), pytest.raises(KeyboardInterrupt):
        props.fleet.work()
    for _ in range(2):
        props.hurry("harbour")
        sweep()
        props.fleet.work()


def the_house_is_looked_after(props: Props) -> None:
    """The clock, the pages, the doctor."""
    sweep()
    index()
    count()
    tidy()
    props.pages()
    props.desk("doctor", code=1)  # a server for tests is quick, not durable, and it says so
    props.json("outbox", "list")
