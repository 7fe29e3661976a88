"""`postern stats`: how much came in, how soon it was answered and solved, and what is kept of what was promised."""

from typing import Annotated, Any

import typer

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, keys
from gateway.cli.problems import Usage

app = typer.Typer(add_completion=False, rich_markup_mode=None)
BY = ("day", "department", "type", "agent")
TICKETS = (
    "key", "opened", "solved", "backlog", "waiting", "first_response_median", "first_response_p90",
    "resolution_median", "resolution_p90", "promises_kept", "promises_broken",
)  # fmt: skip
SHOW = ("org", "since", "by", "tickets", "mails", "letters")
MINUTE = 60  # seconds, and minutes of an hour


@app.command(epilog=f"{keys(SHOW)} Of tickets: {', '.join(TICKETS)}; by day also mails, letters. Times are in seconds.")
def stats(
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=3660, help="Of so many, with today.")] = 30,
    by: Annotated[str | None, typer.Option("--by", metavar="WHAT", help=f"Rows for each {', '.join(BY)}.")] = None,
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Count tickets, mails and letters of the last days: opened and solved, what is open now, and how soon it went.

    A median and what nine of ten keep below: until the first answer and until the solution. What counts is what a
    promise counts (`postern sla`): nothing while the customer is waited for, and hours of business where something is
    promised.
    What the door refused is not stored; /metrics counts it.
    """
    from gateway.cli import counting  # noqa: PLC0415  the clock's modules cost time that help need not pay

    if by not in (None, *BY):
        raise Usage(f"{by!r} is none of {', '.join(BY)}")
    found = [counting.counted(one, days, by) for one in find.organizations(org)]
    if as_json:
        printing.document(found)
        return
    for place, one in enumerate(found):
        printing.say(f"{'' if not place else chr(10)}{one['org']}, since {one['since']:%Y-%m-%d}\n")
        _report(one, by)


def _report(found: dict[str, Any], by: str | None) -> None:
    rows = [_row(one, by) for one in found["tickets"]]
    printing.table(rows, list(rows[0]) if rows else (), none="no tickets")
    for name, head in (("mails", "mails in"), ("letters", "letters out")):
        said = [{head: outcome, "number": number} for outcome, number in found[name].items()]
        printing.say("")
        printing.table(said, (head, "number"), none=f"no {head}")


def _row(found: dict[str, Any], by: str | None) -> dict[str, Any]:
    """A row for people; of what is so now, none by day."""
    judged = found["promises_kept"] + found["promises_broken"]
    shown = {by or "tickets": found["key"], "opened": found["opened"], "solved": found["solved"]}
    if by == "day":
        shown |= {"mails": found["mails"], "letters": found["letters"]}
    else:
        shown |= {"backlog": found["backlog"], "waiting": found["waiting"]}
    for name in ("first_response", "resolution"):
        head = "answer" if name == "first_response" else "solution"
        shown |= {head: lasting(found[f"{name}_median"]), f"{head} p90": lasting(found[f"{name}_p90"])}
    return shown | {"kept": f"{100 * found['promises_kept'] / judged:.0f} %" if judged else "-"}


def lasting(seconds: float | None) -> str:
    """A time in words, such as `7 m`, `3 h 05` or `-`.

    Args:
        seconds: how long, None for nothing known.
    """
    if seconds is None:
        return "-"
    minutes = round(seconds / MINUTE)
    return f"{minutes} m" if minutes < MINUTE else f"{minutes // MINUTE} h {minutes % MINUTE:02}"
