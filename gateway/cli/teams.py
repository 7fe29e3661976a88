"""`postern teams`: groups of agents among whom one is chosen for a ticket."""

from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import find, naming, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.database import transaction

app = noun("Teams of agents, of whom a rule, a request type or a hook has one chosen: in turn, or who has the least.")
KEYS = ("id", "org", "name", "description", "is_support_team", "agents", "created_at")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the team, in any case.")]
Agents = Annotated[list[str], typer.Argument(metavar="AGENT...", help="Their addresses.")]
_ADD = text(
    "INSERT INTO teams (org_id, name, description) VALUES (:org, :name, :description)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_REMOVE = text("DELETE FROM teams WHERE id = :team")
_JOIN = text(
    "INSERT INTO team_members (org_id, team_id, profile_id) VALUES (:org, :team, :profile) ON CONFLICT DO NOTHING"
)
_LEAVE = text("DELETE FROM team_members WHERE org_id = :org AND team_id = :team AND profile_id = :profile")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List teams with who is in them."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        columns = printing.across(found, ("name", "agents", "description"))
        printing.table(found, columns, none="no team yet; make one with `postern teams add NAME`")


@app.command("add", epilog=keys(KEYS))
def add(
    name: Name,
    org: OfOrg = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a team."""
    owner, name = find.one_organization(org), naming.name(name, "team")
    with transaction(owner.id, role="admin") as connection:
        if not connection.scalar(_ADD, {"org": owner.id, "name": name, "description": description}):
            raise Problem(f"{owner.slug} has a team {name!r} already; put agents into it with `postern teams join`")
    _report(_one(owner, name), as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(name: Name, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Remove a team; its agents stay agents. What chose among it chooses among the department from then on."""
    owner = find.one_organization(org)
    found = _one(owner, name)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"team": found["id"]})
    _report(found, as_json=as_json)


@app.command("join", epilog=keys(KEYS))
def join(name: Name, agents: Agents, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Put agents into a team."""
    _move(name, agents, org, joins=True, as_json=as_json)


@app.command("leave", epilog=keys(KEYS))
def leave(name: Name, agents: Agents, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Take agents out of a team; tickets that they work on stay theirs."""
    _move(name, agents, org, joins=False, as_json=as_json)


def _move(name: str, agents: list[str], org: str | None, *, joins: bool, as_json: bool) -> None:
    owner = find.one_organization(org)
    found = _one(owner, name)
    with transaction(owner.id, role="admin") as connection:
        people = [naming.identifier(connection, owner, "agent", one) for one in agents]
        said = [{"org": owner.id, "team": found["id"], "profile": one} for one in people]
        connection.execute(_JOIN if joins else _LEAVE, said)
    _report(_one(owner, name), as_json=as_json)


def _one(owner: find.Org, name: str) -> dict[str, Any]:
    found = _rows(owner.slug, printing.line(name))
    if not found:
        raise Problem(f"{owner.slug} has no team {name!r}; see `postern teams list --org {owner.slug}`")
    return found[0]


def _rows(slug: str | None, name: str | None = None) -> list[dict[str, Any]]:
    return [{key: row[key] for key in KEYS} for row in find.everywhere(statement("teams"), {"name": name}, slug)]


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(found, KEYS)
