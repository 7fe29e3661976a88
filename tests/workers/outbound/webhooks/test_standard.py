"""What a call says and how it is signed, by an example of the specification."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from workers.outbound.webhooks import standard

CALL = UUID(int=7)


def test_it_is_signed_as_the_specification_says():
    """The signature was made with OpenSSL: `openssl dgst -sha256 -mac HMAC -macopt hexkey:… -binary | base64`."""
    made = standard.headers(CALL, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330, b'{"test": 2432232314}')
    assert made == {
        "Content-Type": "application/json",
        "User-Agent": "Postern",
        "Webhook-Id": "00000000-0000-0000-0000-000000000007",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,DpjDiUQtqY4KpU+ttsaMN4ufTzLZ/I1uCUwqulcoqnM=",
    }


def test_a_secret_that_is_none_signs_nothing():
    with pytest.raises(ValueError, match=r"base64|padding|alphabet"):
        standard.headers(CALL, "whsec_!", 1, b"")


def test_what_is_not_known_is_left_out():
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    said = standard.body("ticket.closed", at, {"ticket": {"subject": "Über\n\x00"}, "comment": None})
    assert said.decode() == (
        '{"type": "ticket.closed", "timestamp": "2026-01-02T03:04:05.678Z",'
        ' "data": {"ticket": {"subject": "Über\\n\\u0000"}}}'
    )
