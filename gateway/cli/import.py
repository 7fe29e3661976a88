"""`postern import`: old mail becomes tickets as it was, and nobody is written to about it."""  # noqa: N999  its name

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

from gateway.archive import reading
from gateway.archive.ledger import Ledger
from gateway.archive.sources import LeftOut, Source, find
from gateway.cli import importing, printing
from gateway.cli.importing import Errand, Intake
from gateway.cli.options import AsJson, keys
from gateway.cli.progress import Progress, progress
from models.settings import Settings, settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)
COUNTS = ("mails", "filed", "repeats", "waiting", "quarantined", "refused", "tickets")
KEYS = ("path", "to", "dry_run", *COUNTS, "left_out", "faults")
FOLDER = "imports"
SHOWN = 20  # faults that are printed for people
HELP = """File old mail: PATH is an mbox, a Maildir, an .eml file, or a folder of any of these.

Tickets and comments are dated as the mails are (Date, else Received), ticket numbers are of that month, threads are
kept. Who wrote a mail is taken from its From, agents included, and the trace says that nobody proved it. Nothing is
sent: no acknowledgement, no notification, no answer. What is stored already, however it came, is filed once.

It stops soon after Ctrl-C, at once after a second one, and goes on where it stopped when the same command is given
again. It files by itself, so live mail does not wait for it and no worker has to run. Exit code 1 means that something
was left out which somebody should look at."""


@app.command("import", help=HELP, epilog=keys(KEYS))
def command(
    path: Annotated[Path, typer.Argument(help="Where the mail lies.")],
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="The mailbox of ours that it came to.")],
    closed: Annotated[bool, typer.Option("--closed", help="File the tickets as closed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read and count.")] = False,
    as_json: AsJson = False,
) -> None:
    """See `HELP`."""
    chosen, place = settings(), path.absolute()
    protocol = "import-closed" if closed else "import"
    _log_to_stderr()
    with Intake(chosen) as intake:
        errand = Errand(to, intake.resolve(to), protocol, chosen.max_message_bytes)
        files = list(find(place))
        with Ledger(None if dry_run else _ledger(chosen, place, to, protocol)) as ledger:
            with progress() as shown:
                _list(ledger, files, errand, shown)
                if not dry_run:
                    _file(ledger, intake, errand, shown)
            found = {"path": str(place), "to": to, "dry_run": dry_run, **_summary(ledger)}
            if not dry_run:
                ledger.remove()
    _report(found, as_json=as_json)
    if found["faults"]:
        raise typer.Exit(1)


def _ledger(chosen: Settings, place: Path, to: str, protocol: str) -> Path:
    name = sha256("\0".join([str(place), to.lower(), protocol]).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return chosen.home / FOLDER / f"{name}.sqlite"


def _list(ledger: Ledger, found: list[Source | LeftOut], errand: Errand, shown: Progress) -> None:
    """Have every mail in the ledger; one of an interrupted import is taken up if its files are as they were."""
    sources = [one for one in found if isinstance(one, Source)]
    if ledger.is_of(sources):
        return
    ledger.forget()
    for one in found:
        if isinstance(one, LeftOut):
            ledger.leave_out(one)
    total, done = sum(one.size for one in sources), 0
    for source in sources:
        with shown.step("reading", total, unit="bytes", done=done) as tell:
            reading.list_mails(ledger, source, errand.most, tell)
        done += source.size
    ledger.finish_listing()


def _file(ledger: Ledger, intake: Intake, errand: Errand, shown: Progress) -> None:
    outcomes = ledger.outcomes()
    left = outcomes.get("", 0)
    total = sum(outcomes.values())
    try:
        with shown.step("filing", total, unit="mails", done=total - left) as tell, _interrupted() as is_over:
            done = 0
            while not is_over() and (more := importing.portion(ledger, intake, errand)):
                done += more
                tell(done)
    finally:
        _close_sandbox()
    ledger.note(importing.fates(errand.target.org_id, dict(ledger.waiting())))


@contextmanager
def _interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: once lets the portion come to its end, twice ends at once."""
    asked = Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    except KeyboardInterrupt:
        asked.set()
    finally:
        signal.signal(signal.SIGINT, before)
    if asked.is_set():
        sys.stderr.write("\nstopped; the same command goes on from here\n")
        raise KeyboardInterrupt


def _close_sandbox() -> None:
    if task := sys.modules.get("workers.inbound.task"):
        task.sandbox().close()


def _log_to_stderr() -> None:
    structlog = import_module("structlog")
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def _summary(ledger: Ledger) -> dict[str, Any]:
    outcomes = ledger.outcomes()
    counts = {name: outcomes.get(name, 0) for name in ("filed", "waiting", "quarantined", "refused")}
    faults = [{"path": path, "at": at, "why": why} for path, at, why in ledger.faults()]
    return {
        "mails": sum(outcomes.values()),
        **counts,
        "repeats": outcomes.get("repeat", 0),
        "tickets": ledger.tickets(),
        "left_out": ledger.left_out(),
        "faults": faults,
    }


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document({name: found[name] for name in KEYS})
        return
    shown = ("path", "to", "mails") if found["dry_run"] else ("path", "to", *COUNTS)
    printing.page(found, shown)
    for why, count in found["left_out"].items():
        printing.say(f"left out: {count} files: {why}")
    for one in found["faults"][:SHOWN]:
        place = f" at byte {one['at']}" if one["at"] else ""
        printing.say(f"not imported: {one['path']}{place}: {one['why']}")
    if len(found["faults"]) > SHOWN:
        printing.say(f"and {len(found['faults']) - SHOWN} more; --json lists them all")
    if found["quarantined"]:
        printing.say("some are in quarantine; see `postern quarantine list`")
    if found["waiting"]:
        printing.say(
            "some are stored and not filed yet; the workers try again, see `postern mail list --stage received`"
        )
