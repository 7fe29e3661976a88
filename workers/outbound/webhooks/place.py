"""Where a webhook is: what of URLs is taken, read in one way only, so that no two parsers can differ about a host."""

import re
from dataclasses import dataclass

LONGEST = 2000  # characters
LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})  # nothing said there leaves the machine (RFC 8252, 8.3)
PORTS = {"https": 443, "http": 80}
LOWEST_FREE_PORT = 1024  # below it live services that are no web servers
HIGHEST_PORT = 65535
_URL = re.compile(
    r"(https?)://(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?([/?][!\"$-~]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A web server and what is asked for there.

    Attributes:
        host: a name or an address, without brackets.
        is_secure: over TLS.
        authority: host and port as the header Host has them.
        target: path and query.
    """

    host: str
    port: int
    is_secure: bool
    authority: str
    target: str


def place(url: str) -> Place:
    """Read the URL of a webhook.

    Args:
        url: `https://host[:port]/path`, in ASCII; `http` only on this machine itself.

    Raises:
        ValueError: it is none, or leads where no webhook may be; the sentence does not repeat it.
    """
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if not found:
        raise ValueError("a webhook is written https://host/path, in ASCII, with no user, password, # or space in it")
    scheme, host, said, target = found[1].lower(), found[2].lower(), found[3], found[4] or "/"
    port = int(said or PORTS[scheme])
    if scheme == "http" and host not in LOOPBACK:
        raise ValueError("a webhook is called by https; http is for this machine itself")
    if port not in PORTS.values() and not LOWEST_FREE_PORT <= port <= HIGHEST_PORT:
        raise ValueError(f"a webhook is at port 443, 80 or from {LOWEST_FREE_PORT} up")
    authority = host if port == PORTS[scheme] else f"{host}:{port}"
    return Place(host.strip("[]"), port, scheme == "https", authority, "/" * (target[0] == "?") + target)
