"""A scene of the story: a program is told of what a stage has done, refuses, is put off, and hears of it later."""

from models.outgoing import State
from tests.migrations.props import Props
from tests.migrations.tape import instead
from workers.outbound.webhooks.talk import Tried
from workers.outbound.webhooks.wire import Line


def programs_are_told(props: Props, name: str) -> None:
    """What waits for a webhook is said to it, in the end; then it is paused, so that no other scene calls it.

    Args:
        props: of the story.
        name: a webhook of the organization `harbour` of which a call is due.
    """
    harbour = ("--org", "harbour")
    with instead(Line, "post", lambda *_: Tried(State.DEFERRED, "503 Service Unavailable", is_away=True)):
        props.desk("webhooks", "test", name, *harbour, code=1)
    (*_, first) = props.json("webhooks", "calls", "--webhook", name, *harbour)
    with instead(Line, "post", lambda *_: Tried(State.SENT, "204 No Content")):
        props.json("webhooks", "retry", first["id"])
        props.fleet.work()
    props.json("webhooks", "show", first["id"])
    props.json("webhooks", "rotate", name, *harbour)
    props.json("webhooks", "pause", name, *harbour)
    props.json("webhooks", "resume", name, *harbour)
    props.json("webhooks", "pause", name, *harbour)
    props.json("webhooks", "list")
