"""Questions to unknown addresses and blocks that were decided (S3): for the organization's own hand alone."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from tests.migrations.systems.cast import Cast

ASK = "SELECT ask_verification(:email, :digest, '192.0.2.1', NULL) AS id"
ANSWER = "SELECT * FROM answer_verification(:email, :digest)"
LIMIT = "SELECT note_rate_limit('email', :it, 'ticket_create', 9, 60, :until, 'too often')"
UNTIL = "SELECT limited_until('email', :it, 'ticket_create') = 'infinity' AS it"


def token() -> bytes:
    return sha256(uuid7().bytes).digest()


def answer(cast: Cast, digest: bytes, email: str = "new@people.test") -> list[Row[Any]]:
    return cast.system(ANSWER, email=email, digest=digest)


def test_s3_email_verification_tokens(cast: Cast):
    """Known by a digest, good for an hour, once, and for its own address."""
    digest = token()
    made = cast.system(ASK, email="New@People.test", digest=digest)[0].id
    assert answer(cast, digest, "other@people.test") == []
    assert answer(cast, digest, "NEW@people.test") == [(made, None)]
    assert answer(cast, digest) == []
    late = token()
    cast.system(ASK, email="new@people.test", digest=late)
    cast.system("UPDATE email_verification_tokens SET expires_at = now() - interval '1 s' WHERE used_at IS NULL")
    assert answer(cast, late) == []


def test_s3_verification_counts_attempts(cast: Cast):
    """After five wrong answers the right one comes too late."""
    for wrong, good in ((4, True), (5, False)):
        digest = token()
        cast.system(ASK, email="new@people.test", digest=digest)
        for _ in range(wrong):
            assert answer(cast, token()) == []
        assert bool(answer(cast, digest)) is good
    counted = cast.system("SELECT attempts FROM email_verification_tokens ORDER BY created_at")
    assert [row.attempts for row in counted] == [4, 5]


def test_s3_a_second_question_ends_the_first(cast: Cast):
    """And an answer verifies the address of whoever has it."""
    first, second = token(), token()
    email = f"carl@{cast.tenant.domain}"
    for digest in (first, second):
        cast.system(ASK, email=email, digest=digest)
    cast.system("UPDATE profile_addresses SET verified_at = NULL")
    assert answer(cast, first, email) == []
    assert len(answer(cast, second, email)) == 1
    verified = cast.system("SELECT address FROM profile_addresses WHERE verified_at IS NOT NULL")
    assert verified == [(email,)]


def test_s3_verification_is_the_workers(cast: Cast, others: Cast):
    """Nobody else asks or answers."""
    digest = token()
    cast.system(ASK, email="new@people.test", digest=digest)
    for person in (cast.admin, cast.agent, cast.customer):
        with pytest.raises(DBAPIError, match="row-level security"):
            person.ask(ASK, email="new@people.test", digest=token())
        assert person.ask(ANSWER, email="new@people.test", digest=digest) == []
    assert answer(others, digest) == []
    assert len(answer(cast, digest)) == 1


def test_s3_rate_limits(cast: Cast, others: Cast):
    """A block lasts until its time or until an admin lifts it, in its own organization; customers know of none."""
    for it, until in (
        ("ever@people.test", None),
        ("soon@people.test", datetime.now(UTC) + timedelta(hours=1)),
        ("over@people.test", datetime.now(UTC) - timedelta(seconds=1)),
    ):
        cast.system(LIMIT, it=it, until=until)
    asked = [cast.system(UNTIL, it=f"{it}@people.test")[0].it for it in ("ever", "soon", "over", "never")]
    assert asked == [True, False, None, None]
    assert others.system(UNTIL, it="ever@people.test") == [(None,)]
    assert cast.customer.one(UNTIL, it="ever@people.test") is None
    for person in (cast.admin, cast.agent, cast.customer):
        with pytest.raises(DBAPIError, match="row-level security"):
            person.ask(LIMIT, it=f"{person.name.split()[0].lower()}@people.test", until=None)
    cast.admin.ask("UPDATE rate_limits SET is_blocked = false, blocked_until = NULL")
    assert cast.system(UNTIL, it="ever@people.test") == [(None,)]
    cast.system(LIMIT, it="ever@people.test", until=None)
    assert cast.system("SELECT attempt_count, reason FROM rate_limits WHERE is_blocked") == [(9, "too often")]
