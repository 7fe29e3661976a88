"""T15: SIGTERM while mails are half way in and letters half way out: what was begun is ended, and nothing is lost."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.door import Client
from tests.faults.rig.system import MAILBOX, System
from tests.faults.rig.world import Sent
from tests.running import STOP_SECONDS

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
OPEN = 50
INTERRUPTED = "SELECT count(*) FROM outgoing WHERE attempts > 1"
BEGUN = 10_000  # of their conversations; the world counts from nought


def begin(client: Client, mail: Sent) -> None:
    """Half of a mail."""
    client.hello()
    assert client.envelope(mail.recipient, sender=mail.sender)[1].startswith("250")
    assert client.say("DATA").startswith("354")
    client.send(mail.content[: len(mail.content) // 2])


def end(client: Client, mail: Sent) -> str:
    """The other half; the answer."""
    client.send(mail.content[len(mail.content) // 2 :] + b".\r\n")
    return client.reply()


def test_half_of_the_open_mails_come_to_their_end(tmp_path: Path):
    """Fifty at the door, one letter at the relay; who sends on is answered 250, everybody else 421."""
    with (
        System(tmp_path, settings={"max_connections_per_address": 2 * OPEN}) as system,
        ExitStack() as closing,
        ThreadPoolExecutor() as pool,
    ):
        mails = [Sent(BEGUN + number, 0, MAILBOX) for number in range(OPEN)]
        clients = [closing.enter_context(Client(system.postern.smtp)) for _ in mails]
        for client, mail in zip(clients, mails, strict=True):
            begin(client, mail)
        idle = closing.enter_context(Client(system.postern.smtp))
        with system.world() as world:
            world.until_acknowledged(20)
            system.arm("outbound.dotted", "freeze")
            system.await_reached("outbound.dotted")
            stopping = pool.submit(system.postern.stop)
            assert idle.reply().startswith("421")
            os.killpg(system.pid("worker-outbound"), signal.SIGCONT)
            answers = [end(client, mail)[:3] for client, mail in zip(clients[::2], mails[::2], strict=True)]
            assert set(answers) == {"250"}
            assert stopping.result(STOP_SECONDS + 5) == 0
            assert {client.reply()[:3] for client in clients[1::2]} == {"421"}
            with pytest.raises(ConnectionRefusedError):
                Client(system.postern.smtp)
            system.postern.__enter__()
            world.until_acknowledged(20)
        world.acknowledged |= {mail.message_id: mail for mail in mails[::2]}
        system.examine(world)
        assert system.ask(INTERRUPTED) == [(0,)], "a letter that was begun was not ended"
