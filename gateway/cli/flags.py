"""Flags that choose the instance: they may stand before or after the command, so they are taken out first."""

import re
from collections.abc import Sequence

from gateway.cli.problems import Usage

VALUED = ("data", "smtp", "http", "lmtp")
SWITCHES = ("verbose",)
LAST_PORT = 65_535
_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):(?P<port>[0-9]{1,5})", re.ASCII)


def hoist(argv: Sequence[str]) -> tuple[dict[str, str | bool], list[str]]:
    """Split a command line into instance flags and the rest, which keeps its order.

    Args:
        argv: words after the program's name; those after `--` are left alone.

    Raises:
        Usage: a flag lacks its value, or it is none.
    """
    flags: dict[str, str | bool] = {}
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, joined, value = word.removeprefix("--").partition("=")
        if word == "--":
            return flags, [*rest, word, *words]
        if word.startswith("--") and name in VALUED:
            flags[name] = checked(name, value if joined else next(words, ""))
        elif word.startswith("--") and word[2:] in SWITCHES:
            flags[name] = True
        else:
            rest.append(word)
    return flags, rest


def checked(name: str, value: str) -> str:
    """The value of an instance flag, or of the variable of the same name.

    Args:
        name: as in `VALUED`.
        value: what was given.

    Raises:
        Usage: it is empty, or no `HOST:PORT` where one is needed.
    """
    if not value:
        raise Usage(f"--{name} needs a value: {'a folder' if name == 'data' else 'HOST:PORT, such as 127.0.0.1:2525'}")
    if name == "data":
        return value
    found = _PLACE.fullmatch(value)
    if not found or int(found["port"]) > LAST_PORT:
        raise Usage(f"{value!r} is no HOST:PORT for --{name} (or POSTERN_{name.upper()}); write it as 127.0.0.1:2525")
    return value


def reachable(value: str) -> tuple[str, int]:
    """Host and port to connect to for a checked `HOST:PORT`; what listens everywhere is found on this machine."""
    host, _, port = value.rpartition(":")
    host = host.strip("[]")
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), int(port)  # noqa: S104  compared, not bound
