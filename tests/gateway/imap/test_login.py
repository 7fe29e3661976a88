"""From rows to a login: defaults, and what cannot be followed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.imap.login import read
from gateway.imap.values import Lease, Login
from models.base import uuid7
from models.fetching import Unclear

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def login(protocol: str = "imap", after: str = "leave", **said: Any) -> Login:
    given = {"host": "imap.test", "user": "ann", **said}
    rows: list[tuple[Any, ...]] = [
        ("Box@x.test", given, kind, b"sealed", "k", None, {"after": after}, MADE, protocol)
        for kind in ("imap_password", "oauth_access")
    ]
    return read(Lease(uuid7(), uuid7(), "h"), rows)


def test_what_is_not_said():
    found = login()
    assert (found.host, found.port, found.starttls, found.user, found.auth) == (
        "imap.test",
        993,
        False,
        "ann",
        "password",
    )
    assert (found.folders, [one.kind for one in found.secrets]) == (("INBOX",), ["imap_password", "oauth_access"])
    assert login(tls="starttls").port == 143


def test_what_is_said():
    found = login(port="1993", tls="starttls", auth="oauthbearer", folders=["Inbox", "A", "INBOX", "A"])
    assert (found.port, found.starttls, found.auth, found.folders) == (1993, True, "oauthbearer", ("INBOX", "A"))


def test_a_maildrop_has_ports_of_its_own():
    assert (login("pop3").port, login("pop3", tls="starttls").port) == (995, 110)
    assert login("pop3", "delete", folders=["inbox"]).fetching.after == "delete"


@pytest.mark.parametrize(
    ("after", "said", "sentence"),
    [("seen", {}, "by POP3 it may be leave or delete"), ("move", {}, "leave or delete"),
     ("leave", {"folders": ["INBOX", "Orders"]}, "by POP3 there is none")],
)  # fmt: skip
def test_what_pop3_cannot_do_is_told(after: str, said: dict[str, Any], sentence: str):
    with pytest.raises(Unclear, match=sentence):
        login("pop3", after, **said)


def test_a_mailbox_without_secrets_has_none():
    rows: list[tuple[Any, ...]] = [("box@x.test", {"host": "h", "user": "u"}, None, None, None, None, {}, MADE, "imap")]
    assert read(Lease(uuid7(), uuid7(), "h"), rows).secrets == ()


@pytest.mark.parametrize(
    "said",
    [{"tls": "none"}, {"tls": "required"}, {"tls": None}, {"auth": "ntlm"}, {"folders": "INBOX"}, {"folders": [""]},
     {"folders": [7]}],
)  # fmt: skip
def test_what_cannot_be_followed_is_told(said: dict[str, Any]):
    with pytest.raises(Unclear):
        login(**said)
