"""What the desk tells of mailboxes; of a secret no more than that there is one."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer

from gateway.cli import find, printing
from gateway.cli.problems import Problem
from gateway.cli.statements import statement

HEALTH = (
    "is_broken",
    "last_seen_at",
    "lag_seconds",
    "oldest_waiting_at",
    "failing_since",
    "error_count",
    "last_error",
    "last_error_at",
    "gap_alarms",
    "set_aside",
    "access_token_seconds",
    "refresh_token_seconds",
)
KEYS = ("id", "org", "address", "name", "department", "kind", "is_active", "state", *HEALTH, "created_at")
SHOW = (*KEYS[:-1], "imap_settings", "smtp_settings", "fetch", "secrets", "folders", "created_at")
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Of the mailbox.")]


@dataclass(frozen=True, slots=True)
class Found:
    """A mailbox that a command names.

    Attributes:
        org: whose.
        row: with the keys of `SHOW`.
    """

    org: find.Org
    row: dict[str, Any]

    @property
    def id(self) -> UUID:
        """Its identifier."""
        found: UUID = self.row["id"]
        return found

    @property
    def address(self) -> str:
        """As customers write to it."""
        return str(self.row["address"])


def rows(slug: str | None = None) -> list[dict[str, Any]]:
    """The mailboxes with the keys of `KEYS`."""
    return [
        {name: row[name] for name in KEYS} for row in find.everywhere(statement("mailboxes"), {"mailbox": None}, slug)
    ]


def one(address: str, slug: str | None = None) -> Found:
    """The mailbox of an address; a removed one only where no other has it.

    Raises:
        Problem: there is none, or several organizations had it and none was named.
    """
    found = find.everywhere(statement("mailboxes"), {"mailbox": address.strip()}, slug)
    found = [row for row in found if row["state"] != "removed"] or found
    if not found:
        raise Problem(f"there is no mailbox {address!r}; see `postern mailbox list`")
    if len(found) > 1:
        owners = ", ".join(str(row["org"]) for row in found)
        raise Problem(f"{address} was a mailbox of several organizations; say which one with --org ({owners})")
    (org,) = find.organizations(str(found[0]["org"]))
    return Found(org, {name: found[0][name] for name in SHOW})


def report(found: Found, *, as_json: bool) -> None:
    """Print one mailbox."""
    if as_json:
        printing.document(found.row)
        return
    row = {**found.row, **{name: _flat(found.row[name]) for name in ("imap_settings", "smtp_settings", "fetch")}}
    row["secrets"] = [one["kind"] for one in found.row["secrets"]]
    row["folders"] = [f"{one['folder']} up to {one['highest_uid']}" for one in found.row["folders"]]
    printing.page(row, SHOW)


def _flat(said: dict[str, Any]) -> list[str]:
    return [f"{name} {printing.line(value)}" for name, value in said.items()]
