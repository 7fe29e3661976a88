"""An answer is tokens, a permanent failure that says what to do, or a temporary one; a server's words are not told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.failures import Permanent, Temporary
from gateway.oauth.answers import tokens
from gateway.oauth.wire import Answer

GOOD: dict[str, Any] = {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "def"}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def read(status: int = 200, **said: Any) -> Any:
    return tokens(Answer("login.test", status, said))


def test_tokens():
    found = read(**GOOD, refresh_token_expires_in=86_400)
    assert (found.access, found.refresh) == ("abc", "def")
    left = found.expires_at - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert timedelta(hours=23) < found.refresh_expires_at - datetime.now(UTC) <= timedelta(days=1)
    assert "abc" not in repr(found)
    assert "def" not in repr(found)


@pytest.mark.parametrize("said", [None, "", "soon", [], -5, 0, float("nan"), float("inf"), "1e9", 10**40, "3600"])
def test_a_life_that_is_no_number_is_an_hour_and_none_is_endless(said: object):
    left = read(**{**GOOD, "expires_in": said}).expires_at - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(days=366)


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_an_invalid_grant_is_a_persons_to_mend(status: int):
    with pytest.raises(Permanent, match="log in again with `postern mailbox rotate-secret`"):
        read(status, error="invalid_grant", error_description="secret")


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (400, {"error": "invalid_client"}, "login.test gave no token: invalid_client"),
        (400, {"error": "temporarily_unavailable"}, "temporarily_unavailable"),
        (400, {"error": "refresh-secret"}, "unknown error"),
        (400, {"error": {"code": 1}}, "unknown error"),
        (500, {}, "HTTP 500"),
        (302, GOOD, "HTTP 302"),
        (200, {}, "no token that can be used"),
        (200, {**GOOD, "access_token": "a\x01b"}, "no token that can be used"),
        (200, {**GOOD, "access_token": "a b"}, "no token that can be used"),
        (200, {**GOOD, "access_token": "ä"}, "no token that can be used"),
        (200, {**GOOD, "access_token": "x" * 40_000}, "no token that can be used"),
        (200, {**GOOD, "access_token": 7}, "no token that can be used"),
        (200, {**GOOD, "token_type": "mac"}, "no token that can be used"),
    ],
)
def test_everything_else_is_temporary(status: int, said: dict[str, Any], told: str):
    with pytest.raises(Temporary, match=told) as failed:
        read(status, **said)
    assert "refresh-secret" not in str(failed.value)


@given(status=st.integers(100, 599), said=st.dictionaries(st.sampled_from([*GOOD, "error"]), anything))
def test_nothing_a_server_says_is_anything_else(status: int, said: dict[str, Any]):
    try:
        found = tokens(Answer("login.test", status, said))
    except (Permanent, Temporary):
        return
    assert found.access == said["access_token"]
