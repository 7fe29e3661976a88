"""Filters that ask who wrote are told from people who ask for something."""

import pytest

from workers.inbound.parse import parse


def kind(headers: str, body: str) -> str | None:
    found = parse(f"From: carol@there.test\r\n{headers}\r\n\r\n{body}\r\n".encode()).notice
    return found.kind if found else None


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (
            "Subject: Please confirm your message",
            "It has been held. Just reply to this.",
            "challenge",
        ),
        ("X-Boxbe-ID: 12\r\nSubject: Re: Printer", "Hello", "challenge"),
        ("Subject: Please confirm my order", "It should have come on Monday.", None),
        ("Subject: Whitelist", "Please put us on your whitelist, your filter has been held up.", None),
    ],
)
def test_challenges(headers: str, body: str, expected: str | None) -> None:
    assert kind(headers, body) == expected
