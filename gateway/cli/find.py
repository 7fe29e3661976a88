"""What a command names: an organization by its slug, a ticket by its number, a row by a piece of its identifier."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Executable, RowMapping, Text, TextClause, Uuid, cast, column, func, literal, select, table, text

from gateway.cli.problems import Problem
from models.database import enter, transaction

SHORTEST = 6  # digits of an identifier
DIGITS = 32
_IDENTIFIER = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True, slots=True)
class Org:
    """An organization as the desk lists it."""

    id: UUID
    slug: str
    name: str
    is_active: bool


def organizations(slug: str | None = None) -> tuple[Org, ...]:
    """All organizations, or the one of that slug.

    Raises:
        Problem: there is none of that slug.
    """
    with transaction() as connection:
        found = tuple(Org(*row) for row in connection.execute(text("SELECT * FROM list_organizations()")))
    chosen = tuple(org for org in found if slug in (None, org.slug))
    if slug and not chosen:
        known = ", ".join(org.slug for org in found) or "none yet"
        raise Problem(f"there is no organization {slug!r} (there are: {known}); see `postern org list`")
    return chosen


def one_organization(slug: str | None) -> Org:
    """The organization of that slug, or the only one.

    Raises:
        Problem: there is none, or several and none was named.
    """
    found = organizations(slug)
    if not found:
        raise Problem("there is no organization yet; make one with `postern org add NAME`")
    if len(found) > 1:
        raise Problem(f"there are {len(found)} organizations; say which one with --org ({_listed(found)})")
    return found[0]


def everywhere(query: TextClause, values: Mapping[str, object], slug: str | None = None) -> list[dict[str, Any]]:
    """Rows of one statement in each organization, with the slug as `org`.

    Args:
        query: reads, with the rights of an admin.
        values: what its parameters stand for.
        slug: only in this organization.

    Raises:
        Problem: there is no such organization.
    """
    return [{"org": org.slug, **row} for org, row in _in_each(organizations(slug), query, values)]


def _in_each(orgs: Sequence[Org], query: Executable, values: Mapping[str, object]) -> list[tuple[Org, RowMapping]]:
    """What a statement reads in each, in one transaction: of many organizations, most have little to be read."""
    found: list[tuple[Org, RowMapping]] = []
    with transaction() as connection:
        for org in orgs:
            enter(connection, org.id, role="admin")
            found += ((org, row) for row in connection.execute(query, values).mappings())
    return found


def newest(rows: list[dict[str, Any]], by: str, most: int) -> list[dict[str, Any]]:
    """The rows with the latest time under `by`, latest first, at most so many."""
    return sorted(rows, key=lambda row: row[by], reverse=True)[:most]


def ticket(number: str, slug: str | None = None) -> tuple[Org, UUID]:
    """The ticket that a number leads to, and whose it is.

    Args:
        number: as in letters; case does not matter.
        slug: look only in this organization.

    Raises:
        Problem: there is none, or several organizations have that number.
    """
    query = text("SELECT ticket_id FROM ticket_numbers WHERE number = :number")
    rows = _in_each(organizations(slug), query, {"number": number.strip().upper()})
    found = [(org, row["ticket_id"]) for org, row in rows]
    if not found:
        place = f" in organization {slug!r}" if slug else ""
        raise Problem(f"there is no ticket {number!r}{place}; see `postern ticket list`")
    if len(found) > 1:
        owners = _listed(tuple(org for org, _ in found))
        raise Problem(f"{number} is a ticket of several organizations; say which one with --org ({owners})")
    return found[0]


def row(kind: Literal["raw_mail", "outgoing", "webhook_calls"], piece: str, listing: str) -> tuple[Org, UUID]:
    """The row whose identifier begins or ends with a piece, and whose it is.

    Args:
        kind: the table.
        piece: at least six hexadecimal digits; hyphens do not matter.
        listing: the command that lists such rows, for the advice.

    Raises:
        Problem: it is too short, or fits no row, or several.
    """
    digits = piece.strip().lower().replace("-", "")
    if not _IDENTIFIER.fullmatch(digits):
        raise Problem(f"{piece!r} is no identifier: give {SHORTEST} hexadecimal digits or more; see `{listing}`")
    found = _matches(kind, digits)
    if not found:
        raise Problem(f"nothing there has an identifier like {piece!r}; see `{listing}`")
    if len(found) > 1:
        raise Problem(f"{piece!r} fits several; give more digits; see `{listing} --json`")
    return found[0]


def by_ending(rows: Sequence[dict[str, Any]], piece: str) -> dict[str, Any] | None:
    """The one row of a listing whose `id` ends with some digits, as listings shorten it; None if none or several do.

    Args:
        rows: of the listing.
        piece: at least six hexadecimal digits; hyphens do not matter.
    """
    digits = piece.strip().lower().replace("-", "")
    fits = [row for row in rows if len(digits) >= SHORTEST and row["id"].hex.endswith(digits)]
    return fits[0] if len(fits) == 1 else None


def _matches(kind: str, digits: str) -> list[tuple[Org, UUID]]:
    """Rows whose identifier begins like this (by its index), else those that end like this (by reading them all)."""
    identifier = column("id", Uuid())
    least, most = (UUID(hex=digits.ljust(DIGITS, filler)) for filler in "0f")
    ending = func.right(func.replace(cast(identifier, Text), "-", ""), len(digits))
    for fits in (identifier.between(literal(least), literal(most)), ending == digits):
        query = select(identifier).select_from(table(kind)).where(fits).limit(2)
        if found := [(org, row["id"]) for org, row in _in_each(organizations(), query, {})]:
            return found
    return []


def _listed(found: tuple[Org, ...]) -> str:
    return ", ".join(org.slug for org in found)
