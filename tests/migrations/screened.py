"""The scene of who is stopped: a blocked sender, one who writes too much, a stranger, a client that comes often."""

import asyncio
from itertools import count

from gateway.smtp.callers import Callers
from models.database import hang_up
from tests.migrations.props import Props, mail

EVE, MONITOR, STRANGER = "eve@evil.test", "monitor@machines.test", "stranger@nowhere.test"
OURS = ("--org", "harbour")
_numbers = count()


def somebody_is_stopped(props: Props, mailbox: str) -> None:
    """In the organization `harbour`.

    Args:
        props: to play with.
        mailbox: one of its addresses.
    """
    _is_blocked(props, mailbox)
    _writes_too_much(props, mailbox)
    _is_a_stranger(props, mailbox)
    asyncio.run(_at_the_door())
    props.json("limits", "lift", "8.8.8.8")


def _send(props: Props, sender: str, mailbox: str) -> str:
    found = props.send(mail(sender, f"Number {next(_numbers)}", "Again."), sender, mailbox)
    return str(found["stage"])


def _is_blocked(props: Props, mailbox: str) -> None:
    props.json("block", "add", "evil.test", *OURS, "--days", "1")
    props.json("block", "add", "198.51.100.0/24", *OURS)
    assert _send(props, EVE, mailbox) == "quarantined"
    assert len(props.json("block", "list")) == 2
    props.json("block", "remove", "evil.test", *OURS)
    props.json("block", "remove", "198.51.100.0/24", *OURS)
    props.desk("block", "remove", "evil.test", *OURS, code=1)


def _writes_too_much(props: Props, mailbox: str) -> None:
    props.json("limits", "set", "ticket_create", "email", "2/hour", *OURS)
    props.json("limits", "set", "message_send", "email", "4/hour", *OURS)
    assert [_send(props, MONITOR, mailbox) for _ in range(6)] == ["filed"] * 4 + ["quarantined"] * 2
    props.json("limits", "show", *OURS)
    assert len(props.json("limits", "list")) == 2
    props.json("limits", "lift", MONITOR)
    for action in ("ticket_create", "message_send"):
        props.json("limits", "set", action, "email", "default", *OURS)


def _is_a_stranger(props: Props, mailbox: str) -> None:
    props.json("verification", "set", "unknown", *OURS)
    props.letters()
    assert _send(props, STRANGER, mailbox) == "quarantined"
    to = props.letter("verification")["Reply-To"]
    props.send(mail(STRANGER, "Re: Please confirm", "It is me."), STRANGER, to)
    waiting = [one["id"] for one in props.json("mail", "list", *OURS, "--stage", "received")]
    props.fleet.ring("inbound.receive", waiting)
    props.fleet.work()
    assert {props.json("mail", "show", one)["stage"] for one in waiting} == {"filed"}
    props.json("verification", "show", *OURS)
    props.json("verification", "set", "off", *OURS)


async def _at_the_door() -> None:
    callers = Callers(1)
    assert [callers.turns_away("8.8.8.8") for _ in range(2)] == [False, True]
    try:
        await callers.share()
    finally:
        await hang_up()
