"""Whatever a webhook's host is or means by then, nothing is said but to an address that was looked at, by its name."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models.outgoing import State
from tests.workers.outbound.receiver import Receiver
from workers.outbound.webhooks import wire
from workers.outbound.webhooks.place import place
from workers.outbound.webhooks.talk import Tried
from workers.outbound.webhooks.wire import Line


def post(url: str, seconds: float = wire.SECONDS) -> Tried:
    """One call over a connection of its own."""
    with closing(Line(place(url))) as line:
        return line.post(b"{}", {}, seconds)


def names(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """A resolver that gives one address after the other, the last for ever; what it was asked for."""
    asked: list[str] = []
    real, left = socket.getaddrinfo, list(answers)

    def answer(host: str, port: int, **said: Any) -> Any:
        asked.append(host)
        return real(left.pop(0) if len(left) > 1 else left[0], port, **said)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1",
                                     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1"])  # fmt: skip
def test_a_name_that_leads_inside_is_refused_before_a_socket_is_opened(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, allow: Callable[..., None], address: str
):
    allow(POSTERN_OWN_NETWORKS="")
    names(monkeypatch, address)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    tried = post(f"https://receiver.test:{receiver.port}/")
    assert (tried.outcome, tried.is_away) == (State.DEFERRED, True)
    assert "which is not in a public network" in tried.answer


def test_a_name_that_means_another_machine_by_then_is_not_asked_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """Looked at: the receiver, which is allowed. From then on the name means what nobody may reach."""
    asked = names(monkeypatch, "127.0.0.1", "127.0.0.2")
    reached: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, where: Any) -> None:
        reached.append(where)
        connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", noted)
    line = Line(place(f"https://receiver.test:{receiver.port}/"))
    assert line.post(b"{}", {}).outcome == State.SENT
    assert (asked, reached) == (["receiver.test"], [("127.0.0.1", receiver.port)])
    assert line._handle is not None
    assert line._handle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "each call would take 40 ms more"
    line.close()
    again = line.post(b"{}", {})
    assert (again.outcome, len(receiver.taken)) == (State.DEFERRED, 1)
    assert "127.0.0.2, which is not in a public network" in again.answer


def test_a_connection_that_ended_is_made_anew_only_by_us(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    """`http.client` would connect by itself, wherever the name leads by then."""
    names(monkeypatch, "127.0.0.1", "127.0.0.2")
    line = Line(place(f"https://receiver.test:{receiver.port}/"))
    assert line.post(b"{}", {}).outcome == State.SENT
    assert line._http is not None
    line._http.close()
    assert line.post(b"{}", {}).outcome in {State.DEFERRED, State.UNKNOWN}
    assert len(receiver.taken) == 1


def test_the_certificate_has_to_be_for_the_name(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    names(monkeypatch, "127.0.0.1")
    assert post(f"https://receiver.test:{receiver.port}/").outcome == State.SENT
    tried = post(f"https://other.test:{receiver.port}/")
    assert (tried.outcome, len(receiver.taken)) == (State.DEFERRED, 1)
    assert "the certificate of other.test is not trusted" in tried.answer


def test_nobody_vouches_for_it(receiver: Receiver, allow: Callable[..., None], tmp_path: Path):
    (tmp_path / "none.pem").write_text("")
    allow(SSL_CERT_FILE=str(tmp_path / "none.pem"))
    tried = post(receiver.url)
    assert (tried.outcome, receiver.taken) == (State.DEFERRED, [])


def test_proxies_of_the_environment_are_not_asked(receiver: Receiver, allow: Callable[..., None]):
    allow(https_proxy="http://127.0.0.1:1", HTTPS_PROXY="http://127.0.0.1:1", ALL_PROXY="http://127.0.0.1:1")
    assert post(receiver.url).outcome == State.SENT


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, allow: Callable[..., None]):
    allow()
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60))
    tried = post("https://receiver.test/", 0.1)
    over.set()
    assert (tried.outcome, tried.answer) == (State.DEFERRED, "receiver.test took longer than 0.1 s")


def answer_once(listening: socket.socket) -> None:
    line, _ = listening.accept()
    with line:
        line.recv(65536)
        line.sendall(b"HTTP/1.1 204 Plain\r\n\r\n")


def test_http_is_for_this_machine(allow: Callable[..., None]):
    """In the clear, and refused there, too, unless the installation names the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        allow(POSTERN_OWN_NETWORKS="10.0.0.0/8")
        assert "which is not in a public network" in post(here).answer
        allow(POSTERN_OWN_NETWORKS="127.0.0.1")
        answering = threading.Thread(target=answer_once, args=(listening,))
        answering.start()
        assert post(here).answer == "204 Plain"
        answering.join()
