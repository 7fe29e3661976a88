"""`postern org`: the organizations of this installation."""

import re
import unicodedata
from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.advice import advised
from gateway.cli.agent import person_of
from gateway.cli.options import AsJson, keys, noun
from gateway.cli.problems import Problem
from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_organization, add_person, checked

app = noun("Organizations: tenants that never see each other.")
KEYS = ("id", "slug", "name", "prefix", "is_active", "mailboxes", "agents", "created_at")
LONGEST_PREFIX = 10
_LIST = text(
    "SELECT o.id, o.name, o.ticket_prefix AS prefix, o.is_active, o.created_at,"
    " (SELECT count(*) FROM mailboxes) AS mailboxes,"
    " (SELECT count(*) FROM profiles WHERE role IN ('agent', 'admin') AND deleted_at IS NULL) AS agents"
    " FROM organizations o"
)


@app.command("add", epilog=keys(KEYS))
def add(
    name: Annotated[str, typer.Argument(help="For people and letters.")],
    slug: Annotated[str | None, typer.Option(help="Short name for commands; made from NAME unless given.")] = None,
    prefix: Annotated[str | None, typer.Option(help="Of its ticket numbers; made from the slug unless given.")] = None,
    admin: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Who manages it; else `agent add ADDRESS --admin` says so.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an organization with its own people, mailboxes and workflow, and its first admin."""
    name = printing.line(name)
    slug = slug or short_name(name)
    made = uuid7()
    with advised("choose another with --slug, --prefix or --admin"), transaction(made) as connection:
        add_organization(connection, made, name, slug, prefix or prefix_of(slug))
        if admin:
            add_person(connection, made, checked(admin), person_of(admin), Role.ADMIN)
    found = rows(slug)[0]
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{name} is organization {slug}; its tickets are {found['prefix']}-…")
        printing.say(f"{admin} is its admin" if admin else "it has no admin yet")
        printing.say(f"next: postern mailbox add support@your.domain --org {slug}")
        if not admin:
            printing.say(f"      postern agent add YOU@your.domain --admin --org {slug}")


@app.command("list", epilog=keys(KEYS))
def listing(as_json: AsJson = False) -> None:
    """List the organizations."""
    found = rows()
    if as_json:
        printing.document(found)
    else:
        shown = ("slug", "name", "prefix", "is_active", "mailboxes", "agents", "created_at")
        printing.table(found, shown, none="no organization yet; make one with `postern org add NAME`")


def rows(slug: str | None = None) -> list[dict[str, object]]:
    """The organizations with the keys of `KEYS`."""
    return [{name: row[name] for name in KEYS} for row in renamed(find.everywhere(_LIST, {}, slug))]


def renamed(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows of `find.everywhere` with `slug` for `org`."""
    return [{"slug": row["org"], **row} for row in found]


def short_name(name: str) -> str:
    """A slug made from a name.

    Raises:
        Problem: nothing of it can be written in small letters and digits.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:63].rstrip("-")
    if not slug:
        raise Problem(f"no short name can be made from {name!r}; give one with --slug")
    return slug


def prefix_of(slug: str) -> str:
    """A prefix of ticket numbers made from a slug."""
    first = slug.partition("-")[0].upper()
    return (first if first[:1].isalpha() else f"T{first}")[:LONGEST_PREFIX]
