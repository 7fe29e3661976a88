"""A file that a host of a stranger's choice may have: by https alone, to a checked address, no redirect followed."""

from gateway.oauth.wire import LONGEST, ask

SECONDS = 10.0
OK = 200


def get(url: str) -> bytes | None:
    """The file, None if it is not there or too large.

    Args:
        url: `https`.

    Raises:
        Permanent, Temporary: its host cannot be asked.
    """
    _, status, content = ask("GET", url, seconds=SECONDS)
    return content if status == OK and len(content) <= LONGEST else None
