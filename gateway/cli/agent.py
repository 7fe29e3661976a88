"""`postern agent`: the people who answer, from the mail client they already use."""

from typing import Annotated

import typer
from sqlalchemy import Connection, text

from gateway.cli import find, naming, printing
from gateway.cli.advice import advised
from gateway.cli.departments import department
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person

app = noun("Agents and admins: the people who answer.")
Address = Annotated[str, typer.Argument(help="Of the agent.")]
KEYS = ("id", "org", "address", "name", "role", "department", "status", "created_at")
_LIST = text(
    "SELECT p.id, p.email AS address, p.name, p.role, d.name AS department, p.status, p.created_at FROM profiles p"
    " LEFT JOIN departments d ON d.org_id = p.org_id AND d.id = p.department_id"
    " WHERE p.role IN ('agent', 'admin') AND p.deleted_at IS NULL ORDER BY lower(p.email)"
)
_BE = text("UPDATE profiles SET status = :status WHERE id = :id")
_ROLE = text("SELECT role FROM profiles WHERE lower(email) = lower(:address) AND role <> 'guest'")


@app.command("add", epilog=keys(KEYS))
def add(
    address: Annotated[str, typer.Argument(help="Where they read and write mail.")],
    org: OfOrg = None,
    name: Annotated[str | None, typer.Option(help="For letters; made from the address unless given.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May also manage the organization.")] = False,
    queue: Annotated[str | None, typer.Option("--department", help="Queue they work in; made if it is new.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a person answer customers. Somebody known as a customer becomes an agent, an agent may become an admin."""
    owner = find.one_organization(org)
    role = Role.ADMIN if admin else Role.AGENT
    said = printing.line(name or person_of(address))
    with advised("give an address of their own"), transaction(owner.id, role="admin") as connection:
        before = _check_new(connection, address, role, owner.slug)
        department_id, is_new = department(connection, owner.id, queue)
        made = add_person(connection, owner.id, address, said, role, department_id)
    found = next(row for row in rows(owner.slug) if row["id"] == made)
    if as_json:
        printing.document(found)
        return
    was = f" (was {before})" if before else ""
    printing.say(f"{found['name']} <{found['address']}> is {role} of {owner.slug} now{was}")
    if is_new:
        printing.say(f"department {found['department']} is new")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List agents and admins."""
    found = rows(org)
    if as_json:
        printing.document(found)
    else:
        shown = ("address", "name", "role", "org", "department", "status", "created_at")
        printing.table(found, shown, none="no agent yet; make one with `postern agent add ADDRESS`")


@app.command("away", epilog=keys(KEYS))
def away(address: Address, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Have no new ticket assigned to an agent by itself, as long as anybody else of those asked is there."""
    _be(address, "away", org, as_json=as_json)


@app.command("back", epilog=keys(KEYS))
def back(address: Address, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Have an agent take their turns again."""
    _be(address, "offline", org, as_json=as_json)


def _be(address: str, status: str, org: str | None, *, as_json: bool) -> None:
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        known = naming.identifier(connection, owner, "agent", address)
        connection.execute(_BE, {"id": known, "status": status})
    found = next(row for row in rows(owner.slug) if row["id"] == known)
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found['name']} <{found['address']}> is {'away' if status == 'away' else 'back'}")


def person_of(address: str) -> str:
    """A name for letters, made from an address."""
    return address.partition("@")[0].replace(".", " ").title()


def rows(slug: str | None = None) -> list[dict[str, object]]:
    """Agents and admins with the keys of `KEYS`."""
    return [{name: row[name] for name in KEYS} for row in find.everywhere(_LIST, {}, slug)]


def _check_new(connection: Connection, address: str, role: Role, slug: str) -> str | None:
    """The role that the person has so far, if any; nobody loses rights by being added again."""
    before: str | None = connection.scalar(_ROLE, {"address": address})
    if before in {role, Role.ADMIN}:
        raise Problem(f"{address} is {before} of {slug} already; nothing was changed")
    return before
