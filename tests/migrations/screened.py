"""The scene of those who are stopped: a blocked sender, one who writes too much, a client that connects too often."""

import asyncio
from itertools import count

from gateway.smtp.callers import Callers
from models.database import hang_up
from tests.migrations.props import Props, mail

EVE, MONITOR = "eve@evil.test", "monitor@machines.test"


def somebody_is_stopped(props: Props, mailbox: str) -> None:
    """In the organization `harbour`.

    Args:
        props: to play with.
        mailbox: one of its addresses.
    """
    ours, numbers = ("--org", "harbour"), count()

    def send(sender: str) -> str:
        found = props.send(mail(sender, f"Number {next(numbers)}", "Again."), sender, mailbox)
        return str(found["stage"])

    props.json("block", "add", "evil.test", *ours, "--days", "1")
    props.json("block", "add", "198.51.100.0/24", *ours)
    assert send(EVE) == "quarantined"
    assert len(props.json("block", "list")) == 2
    props.json("block", "remove", "evil.test", *ours)
    props.json("block", "remove", "198.51.100.0/24", *ours)
    props.desk("block", "remove", "evil.test", *ours, code=1)

    props.json("limits", "set", "ticket_create", "email", "2/hour", *ours)
    props.json("limits", "set", "message_send", "email", "4/hour", *ours)
    assert [send(MONITOR) for _ in range(6)] == ["filed"] * 4 + ["quarantined"] * 2
    props.json("limits", "show", *ours)
    assert len(props.json("limits", "list")) == 2
    props.json("limits", "lift", MONITOR)
    for action in ("ticket_create", "message_send"):
        props.json("limits", "set", action, "email", "default", *ours)

    asyncio.run(_at_the_door())
    props.json("limits", "lift", "8.8.8.8")


async def _at_the_door() -> None:
    callers = Callers(1)
    assert [callers.turns_away("8.8.8.8") for _ in range(2)] == [False, True]
    try:
        await callers.share()
    finally:
        await hang_up()
