"""`postern demo`: the whole loop played against the running system through real SMTP, on this machine alone."""

import time
from typing import Annotated

import typer

from gateway.cli import find, mailbox, printing, tickets
from gateway.cli.demo.mailroom import CaptureFolder
from gateway.cli.demo.story import Scene, play
from gateway.cli.options import AsJson, keys
from gateway.cli.problems import Problem
from gateway.cli.ticket import report
from models.captured import FOLDER
from models.settings import settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=keys(tickets.SHOW))
def demo(
    org: Annotated[str, typer.Option("--org", metavar="SLUG", help="Whose mailbox is written to.")] = "demo",
    seconds: Annotated[float, typer.Option(min=1, help="How long each step may take.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Play a customer's mail, the agent's answer from a mail client, and the customer's thanks; print the thread.

    Mails go in by real SMTP, letters are read from the capture folder, so it works while no relay is configured and
    `postern up` runs with the same --data.
    """
    if settings().relay is not None:
        raise Problem("a relay is configured, so letters would really go out; the demo needs the capture folder")
    began = time.monotonic()
    owner, address = _mailbox(org)
    folder = CaptureFolder(settings().home / FOLDER)
    tell = (lambda _: None) if as_json else printing.say
    found = play(Scene(owner, address, settings().smtp, folder, seconds, tell))
    if not as_json:
        printing.say(f"\nThe thread, {time.monotonic() - began:.1f} s after its first mail:\n")
    report(found, as_json=as_json)


def _mailbox(slug: str) -> tuple[find.Org, str]:
    org = find.one_organization(slug)
    addresses = [str(row["address"]) for row in mailbox.rows(slug) if row["is_active"]]
    if not addresses:
        raise Problem(f"{slug} has no mailbox; make one with `postern mailbox add ADDRESS --org {slug}`")
    return org, addresses[0]
