"""The desk teaches what is spam, says why a mail looks like it, and learns from what people decide."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.cli import explaining, spam
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, rows, store
from tests.workers.inbound.screens.test_spam import BLATANT, OFFERS, QUESTION
from workers.inbound.task import receive

MANY = 80  # of each sort: fewer are not believed enough


def taught(tenant: Tenant) -> tuple[int, int]:
    found = [(row.spam, row.ham) for row in rows(tenant, "SELECT spam, ham FROM spam_models")]
    return found[0] if found else (0, 0)


def word(tenant: Tenant, token: str) -> tuple[int, int]:
    found = rows(tenant, "SELECT spam, ham FROM spam_tokens WHERE token = :token", token=token)
    return (found[0].spam, found[0].ham) if found else (0, 0)


def trace(tenant: Tenant, mail: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows(tenant, "SELECT trace FROM raw_mail WHERE id = :mail", mail=mail)[0].trace
    return found


@pytest.fixture
def kept(tenant: Tenant) -> UUID:
    """A mail that was kept as spam."""
    mail = file(tenant, BLATANT)
    (row,) = rows(tenant, "SELECT stage FROM raw_mail")
    assert row.stage == "quarantined"
    return mail


def test_a_stored_mail_counts_once_and_can_be_said_to_be_the_other(tenant: Tenant, desk: Desk):
    mail = str(file(tenant, a_mail(words="A burning printer")))
    assert desk.json("spam", "train", "--spam", mail, mail) == {"taught": 1, "known": 0, "unread": 0}
    assert desk.json("spam", "train", "--spam", mail[-12:]) == {"taught": 0, "known": 1, "unread": 0}
    assert (taught(tenant), word(tenant, "burning")) == ((1, 0), (1, 0))
    assert desk.json("spam", "train", "--ham", mail)["taught"] == 1
    assert (taught(tenant), word(tenant, "burning")) == ((0, 1), (0, 1))
    assert [one["verdict"] for one in trace(tenant, UUID(mail)) if one["step"] == "learn"] == ["spam", "ham"]
    assert "1 known as that" in desk("spam", "train", "--ham", mail).out


def test_folders_and_mboxes_are_taught_and_then_judge(tenant: Tenant, desk: Desk, tmp_path: Path):
    folder = tmp_path / "ham"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number}.eml").write_bytes(a_mail(f"Kettle {number}", f"{QUESTION} {number}"))
    mails = [a_mail(f"Offer {number}", f"{OFFERS} {number}").replace(b"\r\n", b"\n") for number in range(MANY)]
    (tmp_path / "spam").write_bytes(b"".join(b"From x Sat May  4 10:00:00 2019\n" + one + b"\n" for one in mails))
    assert desk.json("spam", "train", "--ham", str(folder), "--org", tenant.slug)["taught"] == MANY
    assert desk.json("spam", "train", "--spam", str(tmp_path / "spam"), "--org", tenant.slug)["taught"] == MANY
    (shown,) = desk.json("spam", "show", "--org", tenant.slug)
    assert (shown["spam"], shown["ham"], shown["threshold"]) == (MANY, MANY, 0.9)
    assert shown["tokens"] > 20
    mail = file(tenant, a_mail("An offer", OFFERS).replace(b"carla@customer", b"c@factory"))
    found = desk.json("spam", "explain", str(mail))
    assert found["score"] >= 0.9
    assert found["words"][0].keys() == set(explaining.WORD)
    assert {"gaskets", "wholesale"} <= {one["word"] for one in found["words"]}
    assert file(tenant, a_mail("A question", QUESTION)) not in {
        UUID(one["id"]) for one in desk.json("quarantine", "list", "--org", tenant.slug)
    }


def test_what_is_released_is_filed_and_taught_as_ham(tenant: Tenant, desk: Desk, kept: UUID):
    (listed,) = desk.json("quarantine", "list", "--org", tenant.slug)
    assert listed["reason"].startswith("spam score 0.9")
    desk.json("quarantine", "release", str(kept))
    assert taught(tenant) == (0, 1)
    receive([str(kept)])
    shown = desk.json("mail", "show", str(kept))
    assert shown["stage"] == "filed"
    steps = [(one["step"], one["verdict"]) for one in shown["trace"]]
    assert steps.index(("desk", "received")) < steps.index(("learn", "ham")) < steps.index(("screens", "released"))
    assert steps[2][0] == "spam", "why it was kept is still told"


def test_what_is_dropped_is_taught_as_spam_until_it_is_released(tenant: Tenant, desk: Desk, kept: UUID):
    desk.json("quarantine", "drop", str(kept), "--reason", "an offer")
    assert taught(tenant) == (1, 0)
    desk.json("quarantine", "release", str(kept))
    assert taught(tenant) == (0, 1)


def test_what_is_here_for_another_reason_teaches_nothing(tenant: Tenant, desk: Desk):
    mail = store(tenant, a_mail())
    change(tenant, "UPDATE raw_mail SET stage = 'quarantined', reason = 'it kills us', attempts = 3")
    desk.json("quarantine", "drop", str(mail))
    desk.json("quarantine", "release", str(mail))
    assert taught(tenant) == (0, 0)


def test_every_reason_is_explained(desk: Desk, kept: UUID):
    found = desk.json("spam", "explain", str(kept))
    assert list(found) == list(explaining.KEYS)
    assert (found["threshold"], found["spam"], found["ham"], found["words"]) == (0.9, 0, 0, [])
    assert found["score"] >= 0.9
    assert all(one.keys() == set(explaining.HINT) for one in found["hints"])
    assert "its subject says that it is an advertisement" in desk("spam", "explain", str(kept)).out


def test_a_threshold_is_set_and_kept(tenant: Tenant, desk: Desk):
    (shown,) = desk.json("spam", "set", "--threshold", "0.97", "--org", tenant.slug)
    assert list(shown) == list(spam.SHOW)
    assert shown["threshold"] == 0.97
    (shown,) = desk.json("spam", "set", "--threshold", "never", "--org", tenant.slug)
    assert shown["threshold"] is None
    mail = file(tenant, BLATANT)
    assert desk.json("mail", "show", str(mail))["stage"] == "filed"
    assert "from 20 mails" in desk("spam", "show", "--org", tenant.slug).out


@pytest.mark.parametrize("said", ["0.4", "1.1", "nan", "much"])
def test_no_other_threshold_is_taken(tenant: Tenant, desk: Desk, said: str):
    assert "is no score" in desk.refuses("spam", "set", "--threshold", said, "--org", tenant.slug, code=2)


def test_what_cannot_be_taught_is_refused(tenant: Tenant, desk: Desk, tmp_path: Path):
    mail = str(file(tenant))
    assert "--spam or --ham" in desk.refuses("spam", "train", mail, code=2)
    assert "--spam or --ham" in desk.refuses("spam", "train", "--ham", "--spam", mail, code=2)
    assert "is no identifier" in desk.refuses("spam", "train", "--ham", "nothing")
    change(tenant, "UPDATE raw_mail SET content = ''")
    assert desk.json("spam", "train", "--ham", mail) == {"taught": 0, "known": 0, "unread": 1}
    assert "not kept any more" in desk.refuses("spam", "explain", mail)
    (tmp_path / "notes.mbox").write_text("no mail at all")
    assert desk.json("spam", "train", "--ham", str(tmp_path), "--org", tenant.slug)["unread"] == 1
