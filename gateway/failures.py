"""The two ways in which a mail cannot be stored now; in both the client keeps it and comes again."""

import secrets
from typing import Any

import psycopg

from models.standing import Unsafe


class Unavailable(Exception):  # noqa: N818  named as the answer it leads to
    """The database did not do it, or not in time: 451.

    Attributes:
        reference: eight hex digits that join the answer to our log.
    """

    def __init__(self, reference: str | None = None) -> None:
        self.reference = reference or new_reference()
        super().__init__(self.reference)


class DiskFull(Exception):  # noqa: N818  as above
    """The database has no space left: 452."""


def new_reference() -> str:
    """Eight random hex digits; they tell a client nothing."""
    return secrets.token_hex(4)


def told(error: Exception) -> dict[str, Any]:
    """An error as fields of a log line; a database's own words are left out, they may quote the mail.

    Args:
        error: what went wrong.
    """
    if isinstance(error, psycopg.Error):
        return {"error": type(error).__name__, "sqlstate": error.sqlstate, "constraint": error.diag.constraint_name}
    if isinstance(error, Unsafe):
        return {"error": str(error)}
    expected = isinstance(error, OSError)  # TimeoutError too: the outside world, no fault of the program
    return {"error": type(error).__name__} if expected else {"error": type(error).__name__, "exc_info": error}


class Temporary(Exception):  # noqa: N818  as above
    """A server far away did not do it: tried again later. As `workers.errors`, which a door may not import."""


class Permanent(Exception):  # noqa: N818  as above
    """It cannot work until a person has done something; the sentence says what."""
