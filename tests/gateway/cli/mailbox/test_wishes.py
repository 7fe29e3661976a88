"""What an operator may say of a mailbox, by flags and by a file."""

from pathlib import Path

import pytest

from gateway.cli.mailbox.wishes import Wishes, checked, from_file, server
from gateway.cli.problems import Problem
from gateway.discovery.values import Protocol, Server


@pytest.mark.parametrize(
    ("said", "kind", "host", "port", "tls"),
    [
        ("imap.example.test", "imap", "imap.example.test", 993, "implicit"),
        ("imap.example.test:143", "imap", "imap.example.test", 143, "starttls"),
        ("imap.example.test:1993", "imap", "imap.example.test", 1993, "implicit"),
        ("imap://IMAP.example.test", "imap", "imap.example.test", 143, "starttls"),
        ("imaps://imap.example.test:10993", "imap", "imap.example.test", 10993, "implicit"),
        ("pop.example.test", "pop3", "pop.example.test", 995, "implicit"),
        ("pop.example.test:110", "pop3", "pop.example.test", 110, "starttls"),
        ("pop3s://pop.example.test:1995", "pop3", "pop.example.test", 1995, "implicit"),
        ("smtp.example.test:587", "smtp", "smtp.example.test", 587, "starttls"),
        ("smtps://smtp.example.test", "smtp", "smtp.example.test", 465, "implicit"),
    ],
)
def test_a_server_is_named(said: str, kind: str, host: str, port: int, tls: str):
    assert server(said, kind, "me") == Server(host, port, tls, "me")  # type: ignore[arg-type]  # of two words


@pytest.mark.parametrize(
    "said", ["", "http://x.test", "smtp://x.test", "x.test/y", "imap://me:pw@x.test", "x.test:99999", "a b", "imap://"]
)
def test_what_is_no_server_is_said_without_a_password(said: str):
    with pytest.raises(Problem, match="is no server; write HOST"):
        server(said, "imap", "me")


def test_flags_win_over_the_file(tmp_path: Path):
    file = tmp_path / "mailbox.toml"
    file.write_text('user = "file"\nauth = "password"\nfolders = ["A", "B"]\n[fetch]\nafter = "seen"\n')
    wanted = Wishes(user="flag").over(from_file(file))
    assert wanted == Wishes(user="flag", auth="password", folders=("A", "B"), fetch={"after": "seen"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user = ", "is no TOML"),
        ('password = "hunter2"', "says 'password', which is none of"),
        ("user = 3", "says 3 for 'user'"),
        ("folders = [1]", "for 'folders'"),
        ('fetch = "seen"', "for 'fetch'"),
    ],
)
def test_what_nobody_understands_is_said(tmp_path: Path, text: str, said: str):
    file = tmp_path / "mailbox.toml"
    file.write_text(text)
    with pytest.raises(Problem, match=said) as problem:
        from_file(file)
    assert "hunter2" not in str(problem.value)


@pytest.mark.parametrize(
    ("fetch", "protocol", "said"),
    [
        ({"after": "burn"}, "imap", "fetch.after"),
        ({"after": "move"}, "imap", "must name a folder"),
        ({"since": "long ago"}, "imap", "fetch.since"),
        ({"before": "2026"}, "imap", "by IMAP it may say after, folder, since"),
        ({"old": "take"}, "imap", "by IMAP it may say after"),
        ({"old": "burn"}, "pop3", "fetch.old is 'burn'; it may be leave or take"),
        ({"since": "2026-01-31"}, "pop3", "by POP3 it may say after, old"),
        ({"after": "seen"}, "pop3", "by POP3 it may be leave or delete"),
    ],
)
def test_what_cannot_be_followed_is_said(fetch: dict[str, str], protocol: Protocol, said: str):
    with pytest.raises(Problem, match=said):
        checked(fetch, protocol)
