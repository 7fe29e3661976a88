"""`postern mail`: every mail that ever got a 250, where it is now and why."""

import sys
from typing import Annotated, Any

import typer

from gateway.cli import find, mails, printing
from gateway.cli.options import AsJson, InOrg, Most, keys, noun, one_of
from gateway.cli.problems import Usage

app = noun("Mails as they came in. ID may be shortened to a unique beginning or end.")
STAGES = "received, filed, quarantined or dropped"
Identifier = Annotated[str, typer.Argument(metavar="ID", help="At least six digits of its beginning or end.")]
COLUMNS = ("id", "received_at", "mailbox", "mail_from", "stage", "ticket", "reason")


@app.command("list", epilog=keys(mails.LIST))
def listing(
    org: InOrg = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STAGE", callback=one_of("models.raw_mail", "Stage"), help=f"Only {STAGES}; may be repeated."
        ),
    ] = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List mails, latest first."""
    found = mails.listed(org, stage, limit)
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, COLUMNS), none="no mail here")


@app.command("show", epilog=keys(mails.SHOW))
def show(
    identifier: Identifier,
    raw: Annotated[bool, typer.Option("--raw", help="Only its bytes, exactly as received.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show envelope and fate of a mail; --raw gives the mail itself."""
    if raw and as_json:
        raise Usage("--raw gives bytes and --json a document; ask for one of them")
    org, mail = find.row("raw_mail", identifier, "postern mail list")
    if raw:
        sys.stdout.flush()
        sys.stdout.buffer.write(mails.content(org, mail))
        sys.stdout.buffer.flush()
    else:
        report(mails.shown(org, mail), as_json=as_json)


@app.command("explain", epilog=f"{keys(mails.EXPLAIN)} Of a step of the trace: {', '.join(mails.TRACE)}.")
def explain(identifier: Identifier, as_json: AsJson = False) -> None:
    """Say how it was decided what became of a mail: each step, its verdict and the reason."""
    found = mails.shown(*find.row("raw_mail", identifier, "postern mail list"))
    if as_json:
        printing.document({name: found[name] for name in mails.EXPLAIN})
        return
    printing.page(found, [name for name in mails.EXPLAIN if name != "trace"])
    tell(found)


def report(found: dict[str, Any], *, as_json: bool) -> None:
    """Print a mail.

    Args:
        found: with the keys of `mails.SHOW`.
        as_json: as a document.
    """
    if as_json:
        printing.document(found)
    else:
        printing.page(found, [name for name in mails.SHOW if name != "trace"])
        tell(found)


def tell(found: dict[str, Any]) -> None:
    """Print the decision trace of a mail, a line for each step."""
    if not found["trace"]:
        printing.say("\nnothing is decided yet")
        return
    printing.say("")
    printing.table(found["trace"], mails.TRACE, none="")
