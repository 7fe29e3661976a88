"""`postern mailbox list` and `show`: how each mailbox fares."""

from gateway.cli import printing
from gateway.cli.mailbox.rows import Address, one, report, rows
from gateway.cli.options import AsJson, InOrg

ALWAYS = ("address", "kind", "state", "department")
OF_FETCHED = (
    "is_broken", "last_seen_at", "lag_seconds", "oldest_waiting_at", "gap_alarms", "set_aside", "last_error",
)  # fmt: skip
OF_TOKENS = ("access_token_seconds", "refresh_token_seconds")


def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List the mailboxes and how those fare that are fetched: last success, lag, what waits, alarms, tokens, error."""
    found = rows(org)
    if as_json:
        printing.document(found)
        return
    shown = [*ALWAYS, *(OF_FETCHED if any(row["kind"] != "smtp" for row in found) else ())]
    shown += [name for name in OF_TOKENS if any(row[name] is not None for row in found)]
    columns = printing.across(found, shown)
    printing.table(found, columns, none="no mailbox yet; make one with `postern mailbox add ADDRESS`")


def show(address: Address, org: InOrg = None, as_json: AsJson = False) -> None:
    """Show a mailbox: where it is fetched from and sent through, and which secrets it has; none of them is printed."""
    report(one(address, org), as_json=as_json)
