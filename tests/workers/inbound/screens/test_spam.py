"""Spam on the real ledger: kept with its reasons, never what answers us, and by what each organization taught."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from models import teaching
from models.database import engine, transaction
from models.settings import settings
from tests.conftest import Tenant
from tests.scanners import rspamd, spamd
from tests.workers.inbound.test_task import a_mail, hint, rows, stages, store
from workers.inbound import task
from workers.inbound.parse import parse
from workers.inbound.spam.asking import Scanners
from workers.inbound.spam.sight import look
from workers.inbound.spam.tokens import words_of

BLATANT = a_mail(1, "Order now, risk free! This is not spam.", Subject="Advertisement: cheap Viagra")
OFFERS = "Our factory sells rubber gaskets wholesale, kindly request the catalogue from our sales department today"
QUESTION = "The kettle which you delivered leaks on my carpet, can somebody look at the invoice and answer me please"


def policy(tenant: Tenant, threshold: str) -> None:
    with transaction(tenant.id) as connection:
        said = f'{{"spam": {{"threshold": {threshold}}}}}'
        connection.execute(text("UPDATE organization_settings SET policies = CAST(:said AS jsonb)"), {"said": said})


def teach(tenant: Tenant, number: int = 30) -> None:
    """So many mails of either sort, no two alike."""
    with transaction(tenant.id) as connection:
        for sort, said in ((teaching.Sort.SPAM, OFFERS), (teaching.Sort.HAM, QUESTION)):
            mails = [a_mail(n, f"{said} {sort}{n}", From=f"{sort}{n}@{sort}.test") for n in range(number)]
            words = [words_of(look(parse(one), one)) for one in mails]
            teaching.teach(connection, tenant.id, words, sort)


def steps(tenant: Tenant, mail: UUID, step: str = "spam") -> list[Any]:
    (row,) = rows(tenant, "SELECT trace FROM raw_mail WHERE id = :id", id=mail)
    return [one for one in row.trace if one["step"] == step]


@contextmanager
def asked_for(part: str) -> Iterator[list[str]]:
    """Statements with a part that were said meanwhile."""
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if part in statement:
            said.append(statement)

    event.listen(engine(settings().url("app"), "app"), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine(settings().url("app"), "app"), "before_cursor_execute", note)


def test_what_is_blatant_waits_in_quarantine_with_its_score_and_reasons(tenant: Tenant):
    spam, ham = store(tenant, BLATANT, a_mail(2, "My kettle leaks."))
    hint([spam, ham])
    assert stages(tenant) == {spam: ("quarantined", 1), ham: ("filed", 1)}
    (row,) = rows(tenant, "SELECT reason FROM raw_mail WHERE id = :id", id=spam)
    assert row.reason.startswith("spam score 0.9")
    assert "advertisement" in row.reason
    (step,) = steps(tenant, spam)
    assert float(step["verdict"]) >= 0.9
    assert step["reason"] == row.reason
    assert steps(tenant, ham)[0]["verdict"] == "0.07"
    (ticket,) = rows(tenant, "SELECT spam_score, is_spam FROM tickets")
    assert (float(ticket.spam_score), ticket.is_spam) == (0.07, False)


def test_an_answer_to_us_is_filed_whatever_it_says(tenant: Tenant):
    hint(store(tenant, a_mail(1)))
    answer = BLATANT.replace(b"<1@c.test>", b"<3@c.test>\r\nReferences: <1@c.test>")
    (mail,) = store(tenant, answer)
    hint([mail])
    assert stages(tenant)[mail] == ("filed", 1)
    assert "answers a letter or a ticket of ours" in steps(tenant, mail)[0]["reason"]
    (forged,) = store(tenant, answer.replace(b"c1@customer.test", b"mallory@evil.test"))
    hint([forged])
    assert stages(tenant)[forged] == ("quarantined", 1), "to cite a mail is no proof"


def test_whom_an_agent_wrote_to_is_known_and_who_only_got_a_receipt_is_not(tenant: Tenant):
    hint(store(tenant, a_mail(1)))
    (first,) = store(tenant, BLATANT.replace(b"<1@", b"<3@"))
    hint([first])
    assert stages(tenant)[first] == ("quarantined", 1)
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE outgoing SET letter = 'reply_to_customer' WHERE letter = 'acknowledgement'"))
    (second,) = store(tenant, BLATANT.replace(b"<1@", b"<4@"))
    hint([second])
    assert stages(tenant)[second] == ("filed", 1)
    assert "written to its sender before" in steps(tenant, second)[0]["reason"]


def test_what_one_organization_taught_judges_its_mail_and_no_other(tenant: Tenant, neighbour: Tenant):
    teach(tenant)
    for owner, stage in ((tenant, "quarantined"), (neighbour, "filed")):
        offer, question = store(owner, a_mail(101, OFFERS), a_mail(102, QUESTION))
        hint([offer, question])
        assert stages(owner) == {offer: (stage, 1), question: ("filed", 1)}
    assert "by what was taught" in rows(tenant, "SELECT reason FROM raw_mail WHERE stage = 'quarantined'")[0].reason


def test_little_taught_says_nothing_yet(tenant: Tenant):
    teach(tenant, 5)
    (offer,) = store(tenant, a_mail(101, OFFERS))
    with asked_for("FROM spam_tokens") as said:
        hint([offer])
    assert stages(tenant)[offer] == ("filed", 1)
    assert said == []


def test_a_batch_asks_for_its_words_once(tenant: Tenant):
    teach(tenant)
    with asked_for("FROM spam_tokens") as said:
        hint(store(tenant, *(a_mail(number, f"{QUESTION} {number}") for number in range(200, 240))))
    assert len(said) == 1


@pytest.mark.parametrize("threshold", ["null", "1.0"])
def test_an_organization_says_from_which_score_on(tenant: Tenant, threshold: str):
    policy(tenant, threshold)
    (mail,) = store(tenant, BLATANT)
    hint([mail])
    assert stages(tenant)[mail] == ("filed", 1)
    assert bool(steps(tenant, mail)) == (threshold != "null")


@pytest.fixture
def scanning() -> Iterator[Callable[[Scanners], None]]:
    """Has the worker of this process ask these scanners."""
    with pytest.MonkeyPatch.context() as patches:
        yield lambda found: patches.setattr(task, "scanners", lambda: found)


def test_a_scanner_has_its_say(tenant: Tenant, scanning: Callable[[Scanners], None]):
    bad, good = store(tenant, a_mail(1, "Cheap pills"), a_mail(2, "My kettle leaks."))
    with rspamd() as first, spamd() as second:
        scanning(Scanners(f"http://{first.place}", second.place))
        hint([bad, good])
    assert stages(tenant) == {bad: ("quarantined", 1), good: ("filed", 1)}
    (row,) = rows(tenant, "SELECT reason FROM raw_mail WHERE id = :id", id=bad)
    assert "rspamd says 17.5 of 15.0: PILLS" in row.reason
    assert "SpamAssassin says 11.2 of 5.0" in row.reason


def test_scanners_that_find_nothing_do_not_outvote_what_was_taught(
    tenant: Tenant, scanning: Callable[[Scanners], None]
):
    teach(tenant, 60)
    (offer,) = store(tenant, a_mail(101, OFFERS))
    with rspamd() as first, spamd() as second:
        scanning(Scanners(f"http://{first.place}", second.place))
        hint([offer])
    assert stages(tenant)[offer] == ("quarantined", 1)


def test_a_scanner_that_is_away_is_told_of_and_no_mail_waits(tenant: Tenant, scanning: Callable[[Scanners], None]):
    (mail,) = store(tenant, a_mail(1))
    with spamd() as scanner:
        scanner.silent = True
        scanning(Scanners(None, scanner.place, seconds=0.2))
        hint([mail])
    assert stages(tenant)[mail] == ("filed", 1)
    assert "SpamAssassin was not heard: it did not answer in time" in steps(tenant, mail)[0]["reason"]
