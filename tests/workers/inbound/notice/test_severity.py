"""Is the address no good any more, or may it work again? The words decide before the code."""

import pytest

from workers.inbound.notice.severity import severity


@pytest.mark.parametrize(
    ("status", "diagnostic", "hard"),
    [
        ("5.1.1", "", True),
        ("5.1.2", "", True),
        ("5.1.10", "", True),
        ("5.0.0", "550 The account that you tried to reach does not exist", True),
        ("", "550 No such user", True),
        ("", "Host not found", True),
        ("", "Host not found, try again", False),
        ("", "Benutzer unbekannt", True),
        ("", "552 Mailbox full", False),
        ("5.1.1", "quota exceeded", False),
        ("5.7.1", "rejected: user unknown or blocked by policy", False),
        ("4.2.2", "user unknown", False),
        ("", "554 relay access denied", False),
        ("", "550 listed at a DNSBL", False),
        ("", "account is disabled", False),
        ("5.2.1", "no such user", True),
        ("4.1.1", "450 4.1.1 user unknown in virtual alias table", True),
        ("5.1.1", "x-unix; procmail: no such user", False),
        ("5.6.0", "550 5.6.0 recipient address rejected: media error", False),
        ("5.3.0", "554 5.3.0 unknown user", False),
        ("5.0.0", "550 5.0.0 recipient address rejected: user unknown", True),
        ("5.4.4", "X-Postfix; Name service error: Malformed or unexpected name server reply", False),
        ("", "542 c@customer.test Rejected", True),
        ("5.7.27", "550 Host does not accept mail", True),
        ("", "501 invalid domain name: my name was rejected", False),
        ("", "550 no such user (in reply to end of DATA command)", False),
        ("5.1.1", "550 5.1.1 no such user (in reply to end of DATA command)", True),
        ("", "after end of data: 553 shop.customer.test does not exist", True),
        ("", "The group may not exist, or you have no permission to post", False),
        ("", "", False),
        ("5.0.0", "something else", False),
    ],
)
def test_hard_or_soft(status: str, diagnostic: str, hard: bool) -> None:
    assert severity(status, diagnostic).hard == hard


def test_the_other_sides_code_is_believed_first() -> None:
    assert severity("5.0.0", "smtp; 550 5.7.26 unauthenticated").status == "5.7.26"
    assert severity("5.1.1", "gone").status == "5.1.1"


def test_a_delay_is_never_hard() -> None:
    assert not severity("5.1.1", "no such user", "delayed").hard
