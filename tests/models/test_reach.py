"""Whatever form a host has and whatever its name server answers, no connection reaches what is not public."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models.reach import Forbidden, connect
from tests.models.sealing import fresh_keys

PUBLIC = "8.8.8.8"


class Answers:
    """A resolver that answers so each time it is asked, the last answer for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, **said: Any) -> Any:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [one for address in found for one in socket.getaddrinfo(address, port, **said)]


@pytest.fixture
def listening() -> Iterator[int]:
    """A port of 127.0.0.1 and of 127.0.0.2 alike, on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
        with socket.create_server(("127.0.0.2", port)):
            yield port


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An installation that allows nothing."""
    with fresh_keys(monkeypatch, tmp_path):
        yield


@pytest.fixture
def allowing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An installation that allows 127.0.0.1 alone."""
    with fresh_keys(monkeypatch, tmp_path, own_networks="127.0.0.1"):
        yield


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "localhost",
        "LOCALHOST", "0", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:0:0:1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "169.254.169.254", "2852039166", "0xa9fea9fe", "10.0.0.1", "fe80::1%lo",
        "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_every_form_of_a_private_address_is_refused(plain: None, listening: int, host: str):
    with pytest.raises(Forbidden, match="POSTERN_OWN_NETWORKS"):
        connect(host, listening, 5)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1 ",
        "[::1]",
        "a" * 64 + ".test",
        "a\0b",
        "-",
        "@127.0.0.1",
        "127.0.0.1:25",
        "no such host",
        "localhost.",
        "",
    ],
)
def test_what_is_no_host_is_an_error_of_the_system(plain: None, listening: int, host: str):
    with pytest.raises((OSError, Forbidden)):
        connect(host, listening, 5)


@pytest.mark.parametrize("port", [-1, 65536, 2**40])
def test_what_is_no_port_is_refused(allowing: None, port: int):
    with pytest.raises((OSError, OverflowError)):
        connect("127.0.0.1", port, 5)


@pytest.mark.parametrize("answer", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], ["2606:4700::1111", "::1"]])
def test_a_name_with_one_private_address_is_refused_whole(plain: None, listening: int, answer: list[str]):
    with pytest.raises(Forbidden, match=r"'mail\.test' leads to (127\.0\.0\.1|::1),"):
        connect("mail.test", listening, 5, resolve=Answers(answer))


def test_a_name_that_changes_its_mind_is_asked_once(allowing: None, listening: int):
    """The address that was checked is the one that is connected to."""
    rebinding = Answers(["127.0.0.1"], ["127.0.0.2"])
    with closing(connect("mail.test", listening, 5, resolve=rebinding)) as made:
        assert made.getpeername() == ("127.0.0.1", listening)
        assert made.gettimeout() == 5
    assert rebinding.asked == 1
    with pytest.raises(Forbidden, match=r"127\.0\.0\.2"):
        connect("mail.test", listening, 5, resolve=rebinding)


def test_a_second_address_is_tried_when_the_first_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listening: int
):
    with fresh_keys(monkeypatch, tmp_path, own_networks="127.0.0.0/8"):
        both = Answers(["127.0.0.3", "127.0.0.1"])  # nobody listens at the first
        with closing(connect("mail.test", listening, 5, resolve=both)) as made:
            assert made.getpeername()[0] == "127.0.0.1"
        with pytest.raises(ConnectionRefusedError):
            connect("mail.test", listening, 5, resolve=Answers(["127.0.0.3"]))


def test_a_name_without_an_address_is_an_error(plain: None):
    with pytest.raises(OSError, match="no address"):
        connect("mail.test", 993, 5, resolve=Answers([]))


def test_a_silent_name_server_is_not_waited_for(plain: None):
    silent = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="no name server answered for"):
        connect("mail.test", 993, 0.2, resolve=lambda *_, **__: silent.wait(60) and [])
    silent.set()
    assert time.monotonic() - began < 10


def test_a_silent_host_is_not_waited_for(allowing: None):
    """A full queue of connections answers nothing."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connect("127.0.0.1", port, 0.3)
        assert time.monotonic() - began < 10
        for one in waiting:
            one.close()
