"""From words to an exit code: flags first, then the command, and every failure as one sentence."""

import os
import sys
from importlib import import_module

from gateway.cli import flags
from gateway.cli.problems import Problem, Usage, sentence

BROKEN_PIPE = 1
INTERRUPTED = 130


def run(argv: list[str]) -> int:
    """Run a command line and answer its exit code.

    Args:
        argv: words after the program's name.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if "pipe" in argv and (pipe := import_module("gateway.cli.pipe")).called(argv):
        return int(pipe.run(argv))  # an MTA wants other exit codes
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        return _hang_up()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where a failure becomes a sentence
        return _tell(error, verbose="--verbose" in argv)
    return code


def _run(argv: list[str]) -> int:
    if not "".join(argv).isascii():
        _check_text(argv)
    given, words = flags.hoist(argv)
    if given or not {"--help", "--version"} & set(words):
        _configure(given)
    from gateway.cli.root import command  # noqa: PLC0415  after the flags, so that a bad one costs nothing

    try:
        command().main(words, prog_name="postern")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _check_text(argv: list[str]) -> None:
    try:
        "".join(argv).encode()
    except UnicodeEncodeError:
        raise Usage("the command line is not written in UTF-8") from None


def _configure(given: dict[str, str | bool]) -> None:
    from models.settings import configure  # noqa: PLC0415  help needs no settings, and they cost 0.2 s

    found = configure(**given)
    for name in ("smtp", "http", "lmtp"):
        if value := getattr(found, name):
            flags.checked(name, value)
    if found.database_url and not found.database_url.startswith(("postgresql://", "postgres://")):
        raise Usage("POSTERN_DATABASE_URL is no URL; write it as postgresql://user:password@host:port/database")


def _tell(error: Exception, *, verbose: bool) -> int:
    said = sentence(error)
    if said is None and verbose:
        raise error
    if said is None:
        said = f"something unexpected: {type(error).__name__}: {error}; run it again with --verbose for the details"
    sys.stderr.write(f"postern: {said}\n")
    return error.exit_code if isinstance(error, Problem) else 1


def _hang_up() -> int:
    """Nobody reads on: end without a word, also when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
