"""`postern departments`: queues in which tickets wait for their agents; naming a new one elsewhere makes it, too."""

from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection, text

from gateway.cli import find, naming, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.printing import line
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.database import transaction

app = noun("Departments: queues in which tickets wait, each with its agents. An agent is in one of them or in none.")
KEYS = ("id", "org", "name", "description", "is_active", "agents", "open_tickets", "created_at")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the department, in any case.")]
Agents = Annotated[list[str], typer.Argument(metavar="AGENT...", help="Their addresses.")]
_DESCRIBE = text("UPDATE departments SET description = :description WHERE id = :department")
_REMOVE = text("DELETE FROM departments WHERE id = :department")
_MOVE = text(
    "UPDATE profiles SET department_id = :becomes WHERE id = ANY (CAST(:people AS uuid[]))"
    " AND (CAST(:was AS uuid) IS NULL OR department_id = :was)"
)


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List departments with their agents and how many open tickets wait there."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        columns = printing.across(found, ("name", "agents", "open_tickets", "description"))
        printing.table(found, columns, none="no department yet; make one with `postern departments add NAME`")


@app.command("add", epilog=keys(KEYS))
def add(
    name: Name,
    org: OfOrg = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a department."""
    owner, name = find.one_organization(org), naming.name(name, "department")
    with transaction(owner.id, role="admin") as connection:
        made, is_new = department(connection, owner.id, name)
        if not is_new:
            raise Problem(f"{owner.slug} has a department {name!r} already; see `postern departments list`")
        if description:
            connection.execute(_DESCRIBE, {"description": description, "department": made})
    _report(_one(owner, name), as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Remove a department; its agents and tickets are in none then."""
    owner = find.one_organization(org)
    found = _one(owner, name)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"department": found["id"]})
    _report(found, as_json=as_json)


@app.command("join", epilog=keys(KEYS))
def join(name: Name, agents: Agents, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Let agents work in a department from now on, and in no other."""
    _move(name, agents, org, joins=True, as_json=as_json)


@app.command("leave", epilog=keys(KEYS))
def leave(name: Name, agents: Agents, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Let agents of a department work in none."""
    _move(name, agents, org, joins=False, as_json=as_json)


def department(connection: Connection, org: UUID, name: str | None) -> tuple[UUID | None, bool]:
    """The department of that name and whether it was made just now.

    Args:
        connection: in the context of `org`, as admin.
        org: the organization.
        name: any case; None is no department.

    Raises:
        Problem: the name is empty.
    """
    if name is None:
        return None, False
    name = line(name)
    if not name:
        raise Problem("a department needs a name; leave --department out for none")
    made = connection.scalar(
        text("INSERT INTO departments (org_id, name) VALUES (:org, :name) ON CONFLICT DO NOTHING RETURNING id"),
        {"org": org, "name": name},
    )
    if made:
        return made, True
    query = text("SELECT id FROM departments WHERE lower(name) = lower(:name)")
    return connection.execute(query, {"name": name}).scalar_one(), False


def _move(name: str, agents: list[str], org: str | None, *, joins: bool, as_json: bool) -> None:
    owner = find.one_organization(org)
    known: UUID = _one(owner, name)["id"]
    with transaction(owner.id, role="admin") as connection:
        people = [naming.identifier(connection, owner, "agent", one) for one in agents]
        becomes, was = (known, None) if joins else (None, known)
        connection.execute(_MOVE, {"people": people, "becomes": becomes, "was": was})
    _report(_one(owner, name), as_json=as_json)


def _one(owner: find.Org, name: str) -> dict[str, Any]:
    found = _rows(owner.slug, line(name))
    if not found:
        raise Problem(f"{owner.slug} has no department {name!r}; see `postern departments list --org {owner.slug}`")
    return found[0]


def _rows(slug: str | None, name: str | None = None) -> list[dict[str, Any]]:
    rows = find.everywhere(statement("departments"), {"name": name}, slug)
    return [{key: row[key] for key in KEYS} for row in rows]


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(found, KEYS)
