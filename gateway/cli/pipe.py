"""`postern pipe`: the command that a classic MTA runs for each mail, with exit codes and one line for its log.

Whatever happens here must not end with a code that an MTA does not know: it would send the mail back.
"""

import logging
import signal
import sys
from collections.abc import MutableMapping, Sequence
from typing import Annotated, Any, NoReturn

import structlog
import typer
from typer.main import get_command

from gateway.cli import flags
from gateway.cli.problems import Usage, sentence

app = typer.Typer(add_completion=False, rich_markup_mode=None)
NAME = "pipe"
HELP = """Store the mail on stdin; for Postfix, Exim, procmail and the like.

Exit codes are those of sysexits.h: 0 only once the mail is committed, 75 (the MTA keeps it and tries again) for
whatever is in doubt, 67 for an address that is not ours, 69 for a mail above POSTERN_MAX_MESSAGE_BYTES, 65 for none at
all, 64 for a wrong command line. One line on stderr says why. It runs under the account that owns --data.

\b
Postfix, master.cf (and postern_destination_recipient_limit = 1 in main.cf):
  postern unix - n n - - pipe flags=DRq user=postern null_sender=
    argv=postern pipe --data=DIR --from=${sender} --to=${recipient}
Postfix or Sendmail, aliases (address and sender come as RECIPIENT and SENDER):
  support: "|postern pipe --data=DIR"
Exim, a pipe transport:
  command = postern pipe --data=DIR --from=$sender_address --to=$local_part@$domain
procmail:
  :0 w
  | postern pipe --data=DIR --to=support@example.org"""
_WRONG: type[Exception] = typer.BadParameter.__base__  # type: ignore[assignment]  # typer does not name it: a wrong line


@app.command(help=HELP)
def pipe(
    ctx: typer.Context,
    to: Annotated[
        list[str],
        typer.Option("--to", metavar="ADDRESS", envvar="RECIPIENT", help="Where it is delivered; may be repeated."),
    ],
    sender: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RETURN_PATH",
            envvar="SENDER",
            help="The envelope's sender; else it is read from a `From ` line or Return-Path.",
        ),
    ] = None,
) -> None:
    """See `HELP`."""
    from gateway.pipe import Code, take  # noqa: PLC0415  a wrong command line is told before anything is loaded
    from models.settings import settings  # noqa: PLC0415  as above

    answer = take(sys.stdin.buffer, to, sender, settings())
    if answer.said:
        _say("; ".join([answer.said, *(ctx.obj if answer.code == Code.TEMPFAIL else ())]))
    raise typer.Exit(answer.code)


def called(argv: Sequence[str]) -> bool:
    """Whether a command line is ours, wherever the instance flags stand.

    Args:
        argv: words after the program's name.
    """
    try:
        return flags.hoist(argv)[1][:1] == [NAME]
    except Usage:
        return NAME in argv


def run(argv: Sequence[str]) -> int:
    """Run the command line and answer an exit code of sysexits.h.

    Args:
        argv: words after the program's name.
    """
    from gateway.pipe import Code  # noqa: PLC0415  costs other commands nothing

    noted: list[str] = []
    try:
        _prepare(noted)
        given, words = flags.hoist(argv)
        _configure(given)
        code: Any = get_command(app).main(words[1:], prog_name="postern pipe", standalone_mode=False, obj=noted)
        return int(code or 0)
    except (_WRONG, Usage) as error:
        _say(f"4.3.5 wrong command line: {_told(error)}")
        return Code.USAGE
    except BaseException as error:  # noqa: BLE001  the one place where any failure becomes "keep it and come again"
        why = str(error) if isinstance(error, _Ended) else sentence(error) or type(error).__name__
        _say(f"4.3.0 not stored, try again: {'; '.join([why, *noted])}")
        return Code.TEMPFAIL


def _told(error: Exception) -> str:
    tell = getattr(error, "format_message", None)  # of typer's own
    return str(tell() if tell else error)


def _prepare(noted: list[str]) -> None:
    """What would be logged is noted for the one line; being told to end is a failure like any other."""

    def note(_logger: object, _level: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        noted.append(f"{event['event']} ({event.get('error', '')})")
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    logging.disable()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _interrupted)


class _Ended(BaseException):
    """Somebody told us to end; no library on the way takes it for a trouble of its own."""


def _interrupted(number: int, _frame: object) -> NoReturn:
    raise _Ended(f"ended by {signal.Signals(number).name}")


def _configure(given: dict[str, str | bool]) -> None:
    from models.settings import configure  # noqa: PLC0415  help needs none

    configure(**given)


def _say(line: str) -> None:
    sys.stderr.write(" ".join(line.split())[:400] + "\n")
