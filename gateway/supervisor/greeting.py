"""The first thing an operator reads: where to send a mail, with a command that does it."""

import shlex
from collections.abc import Sequence

from gateway.supervisor.instance import reachable, split
from models.settings import Settings


def lines(settings: Settings, moved: Sequence[str], recipient: str, seconds: float) -> list[str]:
    """What to say when everything is up.

    Args:
        settings: with the addresses in use.
        moved: names of the doors that did not get their default port.
        recipient: an address of ours.
        seconds: how long the start took.
    """
    host, port = split(settings.smtp)
    letter = f"From: you@example.net\\nTo: {recipient}\\nSubject: Hello\\n\\nDoes it work?\\n"
    door = f"smtp://{reachable(host)}:{port}"
    send = f"curl -sS --crlf --url {door} --mail-from you@example.net --mail-rcpt {recipient} -T -"
    web_host, web_port = split(settings.http)
    home = shlex.quote(str(settings.home))
    return [
        *(f"The default port for {name} is taken; using {getattr(settings, name)}." for name in moved),
        f"Postern is up ({seconds:.1f} s). Send a mail to {recipient} at {host}:{port}:",
        f"  printf '{letter}' | {send}",
        f"Web  http://{reachable(web_host)}:{web_port}/readyz    Data  {home}    Logs  {home}/logs",
        "Ctrl-C stops.",
    ]
