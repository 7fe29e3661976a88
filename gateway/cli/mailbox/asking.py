"""What only a person knows is asked for, on a terminal; without one the sentence says which flag tells it."""

import sys
from pathlib import Path

import typer

from gateway.cli.problems import Problem

STDIN = "-"


def is_somebody_here() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin.isatty()


def password(file: str, of: str) -> str:
    """A password; never from the command line or the environment, which others on this machine may see.

    Args:
        file: where its first line is it, `-` for standard input, '' to ask.
        of: whose, for the question.

    Raises:
        Problem: there is none.
    """
    found = _line(file) if file else _asked(of, "--password-file FILE, or - for standard input", hidden=True)
    if not found:
        raise Problem("an empty password opens nothing")
    return found


def secret_in(file: str) -> str:
    """The first line of a file, '' for no file."""
    return _line(file) if file else ""


def word(of: str, flag: str, usual: str = "") -> str:
    """A word that may be seen.

    Args:
        of: what it is, for the question.
        flag: that would have told it.
        usual: what an empty answer means.

    Raises:
        Problem: nobody is here to ask.
    """
    return _asked(of, flag, usual=usual)


def agreed(question: str, otherwise: str) -> None:
    """Go on only if a person agrees.

    Args:
        question: for a yes or no.
        otherwise: what to do where nobody can be asked.

    Raises:
        Problem: they do not.
    """
    if not is_somebody_here():
        raise Problem(otherwise)
    if not typer.confirm(question, err=True):
        raise Problem("nothing was saved")


def _asked(of: str, flag: str, *, hidden: bool = False, usual: str = "") -> str:
    if not is_somebody_here():
        raise Problem(f"nobody is here to ask for the {of}; give it with {flag}")
    said: str = typer.prompt(of.capitalize(), hide_input=hidden, err=True, default=usual or None)
    return said.strip() if not hidden else said


def _line(file: str) -> str:
    try:
        text = sys.stdin.readline() if file == STDIN else Path(file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from None
    return text.partition("\n")[0].removesuffix("\r")
