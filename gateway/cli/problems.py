"""What can go wrong at the desk, as one sentence that says what to do next; never a traceback over somebody's mail."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

_LOGIN = re.compile(r"//[^/@\s]*@")


class Problem(Exception):  # noqa: N818  it is what the operator is told, not a fault of the program
    """A command cannot do what was asked."""

    exit_code = 1


class Usage(Problem):
    """The command line itself is wrong."""

    exit_code = 2


def sentence(error: BaseException) -> str | None:
    """What to tell the operator about an error that was to be expected, or None for any other.

    Errors are known by name, so that a command which cannot meet one need not load its module.

    Args:
        error: what a command raised.
    """
    return next((said for read in READERS if (said := read(error))), None)


def _ours(error: BaseException) -> str | None:
    kind = type(error)
    named = (kind.__module__, kind.__name__) in {
        ("models.seal", "Broken"),
        ("models.secret_files", "SecretError"),
        ("models.standing", "Unsafe"),
        ("models.tenancy", "Unusable"),
        ("gateway.embedded.server", "ServerError"),
        ("gateway.supervisor.instance", "InstanceError"),
    }
    return str(error) if named or isinstance(error, Problem) else None


def _migration(error: BaseException) -> str | None:
    if type(error).__name__ != "CommandError":  # Alembic's
        return None
    return f"{error}; `postern migrate` alone goes to the newest revision"


def _never_started(error: BaseException) -> str | None:
    if type(error) is not LookupError:  # from `settings`; a KeyError would be a fault of ours
        return None
    from models.settings import settings  # noqa: PLC0415  only when something went wrong

    if settings().database_url is None:
        return str(error)
    return f"{settings().home} holds no logins for the database yet; run `postern migrate` with the same --data"


def _in_use(error: BaseException) -> str | None:
    """A legal hold, or something that is being worked on in this moment; the database says which."""
    cause = getattr(error, "orig", None)
    if getattr(cause, "sqlstate", None) != "55006":
        return None
    return str(cause.diag.message_primary) if cause else None


def _database(error: BaseException) -> str | None:
    if type(error).__module__ != "sqlalchemy.exc":
        return None
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None) or ""
    primary = getattr(getattr(cause, "diag", None), "message_primary", None)
    said = _LOGIN.sub("//…@", " ".join(str(primary or cause or error).split()))
    if state in {"42P01", "42883", "42703", "3F000"}:
        return f"the database does not have this program's tables ({said}); run `postern migrate`"
    if state[:2] == "28" or "authentication failed" in said:
        return f"the database at {_where()} refuses the login; run `postern migrate` with the same --data ({said})"
    if not state and "does not exist" in said:
        return f"the database at {_where()} is not prepared; create it, then run `postern migrate` ({said})"
    if type(error).__name__ == "OperationalError" and state[:2] in {"", "08", "53", "57"}:
        return f"the database at {_where()} does not answer; {_hint()} ({said})"
    return f"the database refused: {said}"


def _where() -> str:
    from models.settings import settings  # noqa: PLC0415  only when something went wrong

    if settings().database_url is None:
        return str(settings().home)
    parts = urlsplit(settings().database_url or "")
    return parts.netloc.rpartition("@")[2] or unquote(parts.query.removeprefix("host="))


def _hint() -> str:
    from models.settings import settings  # noqa: PLC0415  only when something went wrong

    own = settings().database_url is not None
    return "look at that server and at POSTERN_DATABASE_URL" if own else "is `postern up` running?"


def _setting(error: BaseException) -> str | None:
    if type(error).__name__ != "ValidationError":
        return None
    found: list[dict[str, Any]] = getattr(error, "errors", list)()
    said = "; ".join(f"POSTERN_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in found)
    return f"a setting cannot be used: {said}"


def _system(error: BaseException) -> str | None:
    if not isinstance(error, OSError):
        return None
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


READERS: tuple[Callable[[BaseException], str | None], ...] = (
    _ours, _migration, _never_started, _in_use, _database, _setting, _system,
)  # fmt: skip
