"""What an organization calls its things: a name at the desk becomes an identifier, a word one of those there are."""

from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli import find
from gateway.cli.printing import line
from gateway.cli.problems import Problem, Usage

NONE = "none"  # takes away what is set
Noun = Literal["request type", "department", "team", "workflow", "agent", "event"]
_NAMED: dict[Noun, str] = {
    "request type": "SELECT id FROM request_types WHERE lower(name) = lower(:name)",
    "department": "SELECT id FROM departments WHERE lower(name) = lower(:name)",
    "team": "SELECT id FROM teams WHERE lower(name) = lower(:name)",
    "workflow": "SELECT id FROM workflows WHERE lower(name) = lower(:name)",
    "agent": "SELECT id FROM profiles WHERE lower(email) = lower(:name) AND role IN ('agent', 'admin')"
    " AND deleted_at IS NULL",
    "event": "SELECT id FROM events WHERE lower(name) = lower(:name) ORDER BY created_at DESC LIMIT 1",
}
_LISTED: dict[Noun, str] = {
    "request type": "types", "department": "departments", "team": "teams", "agent": "agent", "event": "events",
}  # fmt: skip


def identifier(connection: Connection, owner: find.Org, noun: Noun, said: str) -> UUID:
    """The identifier of what has a name, in any case.

    Args:
        connection: in the context of the organization, as admin.
        owner: the organization.
        noun: what it is.
        said: its name; an agent's is the address.

    Raises:
        Problem: there is none.
    """
    found: UUID | None = connection.scalar(text(_NAMED[noun]), {"name": line(said)})
    if found is None:
        advice = f"; see `postern {_LISTED[noun]} list --org {owner.slug}`" if noun in _LISTED else ""
        raise Problem(f"{owner.slug} has no {noun} {said!r}{advice}")
    return found


def maybe(connection: Connection, owner: find.Org, noun: Noun, said: str | None) -> UUID | None:
    """The same for what may be left out; `none` is none."""
    return None if said is None or said.lower() == NONE else identifier(connection, owner, noun, said)


def word(said: str | None, words: tuple[str, ...], noun: str) -> str | None:
    """One of some words, None where nothing was said.

    Raises:
        Usage: it is none of them.
    """
    if said is not None and said not in words:
        raise Usage(f"{said!r} is no {noun}; there are {', '.join(words)}")
    return said


def name(said: str, noun: str) -> str:
    """A name as it is kept, on one line.

    Raises:
        Problem: it is empty, or what takes names away.
    """
    said = line(said)
    if not said or said.lower() == NONE:
        raise Problem(f"a {noun} needs a name")
    return said
