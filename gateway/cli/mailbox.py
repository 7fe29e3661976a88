"""`postern mailbox`: the addresses that customers write to."""

from typing import Annotated

import typer
from sqlalchemy import Connection, text

from gateway.cli import find, printing
from gateway.cli.advice import advised
from gateway.cli.departments import department
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem
from models.database import transaction
from models.tenancy import add_mailbox

app = noun("Mailboxes: the addresses that customers write to.")
KEYS = ("id", "org", "address", "name", "department", "kind", "is_active", "created_at")
_LIST = text(
    "SELECT m.id, m.address, m.name, d.name AS department, m.kind, m.is_active, m.created_at FROM mailboxes m"
    " LEFT JOIN departments d ON d.org_id = m.org_id AND d.id = m.department_id ORDER BY lower(m.address)"
)
_IN_USE = text(
    "SELECT 'a mailbox' FROM mailboxes WHERE lower(address) = lower(:address)"
    " UNION ALL SELECT 'an address of a person' FROM profile_addresses WHERE address = lower(:address)"
)


@app.command("add", epilog=keys(KEYS))
def add(
    address: Annotated[str, typer.Argument(help="What customers write to.")],
    org: OfOrg = None,
    name: Annotated[
        str | None, typer.Option(help="Sender of its letters; the organization's name if not given.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option("--department", help="Queue its tickets start in; made if it is new.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let an address receive by SMTP; the door knows it within two seconds."""
    owner = find.one_organization(org)
    with advised("choose another address"), transaction(owner.id, role="admin") as connection:
        _check_free(connection, address, owner.slug)
        department_id, is_new = department(connection, owner.id, queue)
        made = add_mailbox(connection, owner.id, address, printing.line(name or owner.name), department_id)
    found = next(row for row in rows(owner.slug) if row["id"] == made)
    if as_json:
        printing.document(found)
        return
    printing.say(f"{found['address']} receives for {owner.slug} now; no restart is needed")
    if is_new:
        printing.say(f"department {found['department']} is new")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List the mailboxes."""
    found = rows(org)
    if as_json:
        printing.document(found)
    else:
        shown = ("address", "name", "org", "department", "is_active", "created_at")
        printing.table(found, shown, none="no mailbox yet; make one with `postern mailbox add ADDRESS`")


def rows(slug: str | None = None) -> list[dict[str, object]]:
    """The mailboxes with the keys of `KEYS`."""
    return [{name: row[name] for name in KEYS} for row in find.everywhere(_LIST, {}, slug)]


def _check_free(connection: Connection, address: str, slug: str) -> None:
    if taken := connection.scalar(_IN_USE, {"address": address}):
        raise Problem(f"{address} is {taken} of {slug} already; see `postern mailbox list` and `postern agent list`")
