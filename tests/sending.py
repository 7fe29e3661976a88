"""Mails handed to a door, each with the answer it got."""

import smtplib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

SECONDS = 30
SESSIONS = 4


@contextmanager
def session(port: int) -> Iterator[smtplib.SMTP]:
    """A client that has said hello."""
    with smtplib.SMTP("127.0.0.1", port, timeout=SECONDS) as client:
        client.ehlo("client.test")
        yield client


def hand_over(client: smtplib.SMTP, content: bytes, *recipients: str, sender: str = "c@customer.test") -> str:
    """One transaction; the answer to its content, or the first refusal, as `250 text`."""
    for said in (lambda: client.mail(sender), *((lambda to=to: client.rcpt(to)) for to in recipients)):
        code, text = said()
        if code != 250:
            client.rset()
            return f"{code} {text.decode()}"
    code, text = client.data(content)
    return f"{code} {text.decode()}"


def hand_over_all(port: int, contents: Sequence[bytes], *recipients: str, sessions: int = SESSIONS) -> list[str]:
    """All of them, in some sessions at once; the answers in their order."""

    def some(number: int) -> list[str]:
        with session(port) as client:
            return [hand_over(client, content, *recipients) for content in contents[number::sessions]]

    with ThreadPoolExecutor(sessions) as pool:
        shares = list(pool.map(some, range(sessions)))
    return [shares[number % sessions][number // sessions] for number in range(len(contents))]
