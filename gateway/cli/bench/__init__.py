"""`postern bench`: what this machine does with mail, always against a reference that runs in the same minutes."""

from typing import Annotated

import typer

from gateway.cli.bench.measure import KEYS
from gateway.cli.bench.runner import MEASURES, run
from gateway.cli.options import AsJson, keys

__all__ = ["app", "run"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=keys(KEYS))
def bench(
    as_json: AsJson = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help=f"Of {', '.join(MEASURES)}; repeatable.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A few minutes, and less exact.")] = False,
    long: Annotated[bool, typer.Option("--long", help="As without, and rehearse on 100,000 mails.")] = False,
) -> None:
    """Measure this machine with servers of its own in a temporary folder; takes ten minutes and more.

    read: processor time of understanding mails in the sandbox (those of POSTERN_CORPUS, else made ones), against bare
    parsing. twice: the same for twice as much of whatever a mail can have many of. accept: mails a second that the door
    of `postern up` stores before its 250, against aiosmtpd storing nothing. fetch: mails a second of a backlog that its
    IMAP door stores, against loops that store nothing. file: stored mails that become tickets with their letters, by
    one worker, against a bare loop that writes the same rows. routed: the same with 200 rules, 20 fields, 5 hooks and
    every screen, against filing with none of these. rehearse: stored mails a second that a rule is tried on, against a
    loop that only reads them with the standard library. letters: letters that one process renders, signs and
    sends, against the same by dkimpy and smtplib, and against a loop without templates. hostile: processor time of
    mails made to be dear, against ordinary ones of 2 KB and of their size. growth: filing beside a million stored
    messages (fewer with --quick), against ten thousand. start: seconds from `postern up` to the first 250. latency:
    from a 250 to the ticket while nothing else happens. memory: of each process, what it shares counted in parts. bomb:
    the wait of everybody else while one sender floods a mailbox, against that without. tables: lists with every filter,
    searches, views and dashboards of 100,000 tickets with 500,000 comments in 50 organizations (fewer with --quick),
    with policies against without, and writing beside a refresh.

    A goal is for the ratio where there is a reference, else for the value, which must stay below it. The ratio tells
    how many times better than the reference; it is the median over rounds that take turns. A missed goal is printed as
    missed and changes no exit code.
    """
    raise typer.Exit(run(as_json=as_json, only=only or (), effort="long" if long else "", quick=quick))
