"""Which keys sign a letter: those of its From's domain that are active at its claim, each opened once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, text

from models import seal_keys
from models.database import engine, transaction
from models.dkim import Algorithm, put_key
from models.outgoing import Letter, State
from models.settings import settings
from tests.conftest import Tenant
from tests.workers.outbound.outbox import Desk, open_desk
from tests.workers.outbound.test_load import loaded
from workers.outbound import signers as module
from workers.outbound.letter import Draft, Outcome
from workers.outbound.post import write


@pytest.fixture
def desk(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(module, "_known", {})
    return open_desk(tenant)


def key(
    desk: Desk, selector: str, algorithm: Algorithm = Algorithm.RSA, domain: str = "", *, active: bool = True
) -> UUID:
    with transaction(desk.tenant.id) as connection:
        made = put_key(connection, desk.tenant.id, domain or desk.tenant.domain, selector, algorithm)
        connection.execute(text("UPDATE signing_keys SET is_active = :on WHERE id = :id"), {"on": active, "id": made})
    return made


def a_draft(desk: Desk) -> Draft:
    (found,) = loaded(desk, desk.queue())
    return found.draft


def selectors(desk: Desk) -> list[str]:
    return [signer.selector for signer in a_draft(desk).signers]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What this process says to the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    bound = engine(settings().url("app"), "app")
    event.listen(bound, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(bound, "before_cursor_execute", note)


def test_the_active_keys_of_the_senders_domain_sign_and_no_others(desk: Desk):
    assert selectors(desk) == []
    key(desk, "old", active=False)
    key(desk, "elsewhere", domain="elsewhere.test")
    assert selectors(desk) == []
    key(desk, "e", Algorithm.ED25519)
    key(desk, "r")
    assert selectors(desk) == ["r", "e"], "what everybody understands comes first"


def test_a_letter_that_is_signed_leaves_with_both_signatures(desk: Desk):
    key(desk, "e", Algorithm.ED25519)
    key(desk, "r")
    letter = write(a_draft(desk))
    assert not isinstance(letter, Outcome)
    assert letter.content.count(b"DKIM-Signature: v=1; ") == 2


def test_signing_asks_the_database_nothing_after_the_first_letter(desk: Desk):
    bare, letters = [desk.queue(), desk.queue()], [desk.queue() for _ in range(3)]
    with statements() as without:
        loaded(desk, *bare)
    key(desk, "r")
    with statements() as first:
        loaded(desk, letters[0])
    with statements() as more:
        assert all(one.draft.signers for one in loaded(desk, *letters[1:]))
    assert len(more) == len(without) == len(first) - 1
    assert more == without


def test_a_rotation_holds_from_the_next_claim_on(desk: Desk):
    old = key(desk, "old")
    assert selectors(desk) == ["old"]
    desk.change("UPDATE signing_keys SET is_active = false WHERE id = :id", id=old)
    key(desk, "new")
    assert selectors(desk) == ["new"]
    desk.change("DELETE FROM signing_keys WHERE org_id = :org")
    assert selectors(desk) == []


def test_a_letter_waits_for_a_key_that_cannot_be_opened(desk: Desk):
    """Sent unsigned it could be refused for good, by a policy that asks for the signature."""
    made = key(desk, "r")
    desk.change("UPDATE signing_keys SET sealed = sealed || 'x' WHERE id = :id", id=made)
    outcome = write(a_draft(desk))
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, True)
    assert outcome.answer.startswith(f"the DKIM key r of {desk.tenant.domain} cannot be opened")
    desk.change("UPDATE signing_keys SET sealed = substring(sealed for length(sealed) - 1) WHERE id = :id", id=made)
    assert not isinstance(write(a_draft(desk)), Outcome)


def test_so_it_does_while_the_keys_that_seal_are_damaged(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    key(desk, "r")
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    (tmp_path / "seal.json").write_text("nonsense")
    outcome = write(a_draft(desk))
    assert isinstance(outcome, Outcome)
    assert (outcome.state, "is damaged" in outcome.answer) == (State.DEFERRED, True)


def test_many_keys_are_not_kept_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST", 1)
    key(desk, "r")
    key(desk, "e", Algorithm.ED25519)
    assert selectors(desk) == ["r", "e"]
    other = key(desk, "other", domain="other.test")
    with transaction(desk.tenant.id) as connection:
        module.signers(connection, desk.tenant.id, {other})
    assert list(module._known) == [other]


def test_each_kind_of_letter_is_signed(desk: Desk):
    key(desk, "r")
    for kind in Letter:
        about = {} if kind not in (Letter.BROKEN, Letter.WELL) else {"ticket_id": None, "comment_id": None}
        (found,) = loaded(desk, desk.queue(kind, **about))
        assert [one.selector for one in found.draft.signers] == ["r"], kind
