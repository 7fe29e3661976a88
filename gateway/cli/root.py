"""The list of commands; each lives in a module of its own that is loaded when it is called, so that help is quick."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS = {
    "up": "Run everything on this machine until Ctrl-C.",
    "demo": "Play a mail, its answer and the thread against the running system.",
    "doctor": "Check this installation and say what to do.",
    "migrate": "Bring the database to this program's schema.",
    "org": "Organizations: add, list.",
    "mailbox": "Addresses customers write to: add, list, show, test, pause, resume, relay, remove, rotate-secret.",
    "agent": "People who answer: add, list, away, back.",
    "departments": "Queues with their agents: list, add, remove, join, leave.",
    "teams": "Agents among whom one is chosen: list, add, remove, join, leave.",
    "types": "Kinds of request and what their tickets start as: list, add, change, remove.",
    "fields": "What is asked for besides: list, add, remove.",
    "events": "What requests may be about: list, add, remove.",
    "rules": "Where new tickets go: list, add, remove, test, rehearse.",
    "person": "Everything that is kept of somebody: export, erase; letters they want: letters.",
    "hold": "Legal holds on people, tickets, organizations: place, list, lift.",
    "retention": "How long mails and closed tickets are kept: show, set, run.",
    "audit": "Who changed which setting or erased what: list, verify.",
    "ticket": "Tickets: list, search, show, reply, note, assign, stage, watch, unwatch, redact.",
    "hooks": "What stages of tickets have done: list, add, remove, runs, retry.",
    "webhooks": "Programs that are told: list, add, test, pause, resume, rotate, remove, calls, show, retry.",
    "sla": "What is promised to customers: add, list, remove.",
    "stats": "How much came in, how soon it was answered and solved, by day, department, type or agent.",
    "mail": "Every mail that came in: list, show, explain.",
    "import": "File old mail from mbox, Maildir or .eml; nothing is sent.",
    "pipe": "Store a mail from stdin, for an MTA.",
    "outbox": "Letters going out: list, show, retry, take-back, window.",
    "suppress": "Addresses that get no letters: list, add, remove.",
    "quarantine": "Mails that could not be filed: list, show, release, drop; the daily letter about them: digest.",
    "block": "Senders whose mail is not filed: list, add, remove.",
    "limits": "How often who may write, and whom that stopped: list, lift, show, set.",
    "verification": "Whether unknown senders must answer a letter first: show, set.",
    "spam": "What spam is: train, explain, show, set.",
    "backup": "Write every row and every key into one file.",
    "restore": "Fill an empty database from such a file.",
    "db": "Where the database is: url.",
    "dkim": "Keys that sign letters, and their DNS records: add, list, check, rotate, record, remove.",
    "keys": "Keys that seal secrets in the database: list, rotate.",
    "seed": "Make organizations with made-up tickets, to try things out.",
    "units": "Print systemd units for this installation.",
    "bench": "Measure this machine; a missed goal is printed as missed.",
    "version": "Say which version this is.",
}
HELP = """Postern: a helpdesk that lives behind a mail address.

Times are UTC. Identifiers may be shortened to a unique beginning or end of six characters or more. Listings and shows
take --json and then print one JSON document, whose keys each command's --help names."""


class Root(TyperGroup):
    """The top of the command line: knows every command by name and loads the one that is called."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  handed through to typer
        super().__init__(**kwargs)
        for name, said in COMMANDS.items():
            self.add_command(TyperCommand(name, help=said))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  typer keeps these types to itself
        """The command that the words name, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            module = import_module(f"gateway.cli.{name}")
            command = get_command(module.app)
            command.name = name
        return name, command, rest


def _version(asked: bool) -> None:
    if asked:
        import_module("gateway.cli.version").say()
        raise typer.Exit


def _root(
    data: Annotated[str, typer.Option(metavar="DIR", help="Folder of this instance [POSTERN_DATA].")] = ".postern",
    smtp: Annotated[str, typer.Option(metavar="HOST:PORT", help="SMTP door [POSTERN_SMTP].")] = "127.0.0.1:2525",
    http: Annotated[str, typer.Option(metavar="HOST:PORT", help="Health pages [POSTERN_HTTP].")] = "127.0.0.1:8025",
    lmtp: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="LMTP door [POSTERN_LMTP].")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more, tracebacks included.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """The instance flags are taken out of the line by `flags.hoist`; they stand here for `--help`."""


def command() -> Any:  # noqa: ANN401  typer keeps the type to itself
    """The whole command line as typer runs it."""
    app = typer.Typer(cls=Root, add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    app.callback(help=HELP)(_root)
    return get_command(app)
