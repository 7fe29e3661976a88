"""What a failure means for a mailbox: the sentence for its health, and how long it is left alone."""

import random
import re
import ssl
import traceback
from collections.abc import Iterable
from typing import Any

import psycopg
from imapclient import exceptions

from gateway.failures import DiskFull, Permanent, Temporary, Unavailable, told
from gateway.hush import hushed
from gateway.imap.bounds import Flood
from gateway.imap.session import Odd, Refused, Withheld
from gateway.imap.values import Login
from gateway.imap.wire import Stripped
from models.fetching import Unclear
from models.reach import Forbidden
from models.seal import Broken

# Their message is a sentence.
_QUOTES = re.compile(r"(?:response|line): b['\"]")  # imapclient shows what it cannot read, which may be a mail
OURS = (
    Refused,
    Odd,
    Withheld,
    Flood,
    Stripped,
    Forbidden,
    Unclear,
    Broken,
    Permanent,
    Temporary,
)
LASTING = (Refused, Permanent, Forbidden, Unclear, Broken)  # until somebody does something
AT_HOME = (Unavailable, DiskFull, psycopg.Error)  # our database, which is missed by all mailboxes at once
FIRST, LONGEST, LONGEST_AT_HOME = 2.0, 300.0, 5.0  # seconds
FIRST_REFUSED, LONGEST_REFUSED = 60.0, 900.0  # a server locks accounts that knock too often
LONGEST_TRACE = 20_000  # characters


def sentence(error: Exception, login: Login | None, secrets: Iterable[str]) -> str:
    """What went wrong, for people; nothing of a mail or a secret is in it.

    Args:
        error: it.
        login: of the mailbox, if it could be read.
        secrets: what its server was told and may repeat.
    """
    return hushed(_sentence(error, login), secrets)


def trace(error: Exception, secrets: Iterable[str]) -> dict[str, Any]:
    """Where a surprise came from, as fields of a log line; none where it is the world's fault; arguments as above."""
    if is_expected(error):
        return {}
    return {"exception": hushed("".join(traceback.format_exception(error)), secrets, LONGEST_TRACE)}


def _sentence(error: Exception, login: Login | None) -> str:
    host = login.host if login else "the mailbox"
    if isinstance(error, OURS):
        return str(error)
    if isinstance(error, AT_HOME):
        return f"mail from {host} cannot be stored now and stays there ({type(error).__name__})"
    return f"{host} {_of_the_world(error)}"


def _of_the_world(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that does not hold: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "does not answer in time"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error or type(error).__name__}"
    if isinstance(error, exceptions.IMAPClientError) and not _QUOTES.search(str(error)):
        return f"says: {error}"
    return f"cannot be understood ({type(error).__name__})"


def is_expected(error: Exception) -> bool:
    """Whether it is the world's fault and no trace is needed; a nest of brackets has a long one."""
    known = (*OURS, *AT_HOME, OSError, RecursionError, exceptions.IMAPClientError)
    return isinstance(error, known) or "exc_info" not in told(error)


def is_permanent(error: Exception) -> bool:
    """Whether waiting does not help: somebody has to do something."""
    return isinstance(error, LASTING)


def pause(failures: int, error: Exception) -> float:
    """Seconds until the next attempt: twice as long each time up to a limit, and never at the same moment as others.

    Args:
        failures: in a row, from 1.
        error: the last one.
    """
    first, longest = FIRST, LONGEST_AT_HOME if isinstance(error, AT_HOME) else LONGEST
    if isinstance(error, Refused):
        first, longest = FIRST_REFUSED, LONGEST_REFUSED
    longest = min(longest, first * 2 ** min(failures - 1, 20))
    return random.uniform(longest / 2, longest)  # noqa: S311  nobody gains by guessing it
