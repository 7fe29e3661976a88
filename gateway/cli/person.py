"""`postern person`: what is kept of somebody, handed out and taken away (GDPR, articles 15, 17, 20); their letters."""

import json
import re
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import erasing, find, printing
from gateway.cli.options import AsJson, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.database import transaction

app = noun("People: everything that is kept of one, to hand out or to take away; which letters they want.")
ERASE = ("address", "org", "done", "tables", "files", "left")
LETTERS = ("address", "org", "when", "quiet")
WHEN = ("at_once", "daily", "none")
EXPORT = ("address", "org", "file", "tickets", "mails", "files")
Address = Annotated[str, typer.Argument(help="Any address that the person writes from.")]
_PERSON = text(
    "SELECT DISTINCT p.id FROM profiles p"
    " LEFT JOIN profile_addresses a ON a.org_id = p.org_id AND a.profile_id = p.id"
    " WHERE lower(:address) IN (lower(p.email), a.address) AND p.role IN ('customer', 'agent', 'admin')"
)
_ADDRESSES = text("SELECT address FROM profile_addresses WHERE profile_id = :person ORDER BY address")
_WISH = text(
    "UPDATE profiles SET preferences = jsonb_set(preferences, '{letters}', CAST(:wish AS jsonb)) WHERE id = :person"
)
_QUIET = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_ERASE = text("SELECT erase_person(:person)")


@app.command("export", epilog=keys(EXPORT))
def export(
    address: Address,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A ZIP archive that is not there yet.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that is kept of somebody into an archive: `person.json`, their mails and the files.

    Internal notes of the staff are left out. That it was exported is noted in the audit log.
    """
    from gateway.cli import exporting  # noqa: PLC0415  only here

    owner = find.one_organization(org)
    made = exporting.export(owner, _known(owner, address), to)
    found = {"address": address, "org": owner.slug, "file": str(to), **made}
    if as_json:
        printing.document({name: found[name] for name in EXPORT})
    else:
        printing.say(
            f"{to}: {found['tickets']} tickets, {found['mails']} mails and {found['files']} files of {address}"
        )


@app.command("letters", epilog=keys(LETTERS))
def letters(
    address: Address,
    when: Annotated[str, typer.Argument(metavar="WHEN", help="at_once, daily (at eight) or none.")],
    quiet: Annotated[
        str | None, typer.Option(metavar="HH:MM-HH:MM", help="No letter meanwhile, in their zone; it comes afterwards.")
    ] = None,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Say how soon somebody gets a letter about notices; staff gets them at once, customers none unless it is said.

    Answers of agents and notifications of what customers write are no notices, and always go out.
    """
    if when not in WHEN:
        raise Usage(f"{when!r} is none of {', '.join(WHEN)}")
    hours = _QUIET.fullmatch(quiet) if quiet else None
    if quiet and not hours:
        raise Usage(f"{quiet!r} is no span of hours; write 22:00-07:00")
    owner = find.one_organization(org)
    wish = {"when": when} | ({"quiet": list(hours.groups())} if hours else {})
    person = _known(owner, address)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_WISH, {"person": person, "wish": json.dumps(wish)})
    found = {"address": address, "org": owner.slug, "when": when, "quiet": quiet}
    if as_json:
        printing.document(found)
    else:
        printing.page(found, LETTERS)


@app.command("erase", epilog=f"{keys(ERASE)} Of a table: {', '.join(erasing.TABLE)}. Of what is left: place, rows.")
def erase(
    address: Address,
    org: OfOrg = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only tried and counted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let nothing be left of somebody but that there was one; without --yes it is tried, counted and undone.

    The tickets that they asked keep number, times and stages and lose every word; in threads of others go what they
    said there, their name and addresses, and the original mails. What staff answered to others stays. A legal hold
    refuses. Places where others still mention an address are listed. Backups, and what left this installation, are not
    reached.
    """
    owner = find.one_organization(org)
    person = _known(owner, address)
    with transaction(owner.id) as connection:
        spans = [*connection.scalars(_ADDRESSES, {"person": person})] or [address.lower()]
    gone = erasing.erase(owner, _ERASE, {"person": person}, really=yes)
    left = erasing.mentions(owner, spans) if yes else []
    if as_json:
        said = {"address": address, "org": owner.slug, "done": yes, "files": gone.files, "left": left}
        printing.document({name: (said | {"tables": gone.tables})[name] for name in ERASE})
    else:
        erasing.report(gone, left)


def _known(owner: find.Org, address: str) -> UUID:
    with transaction(owner.id) as connection:
        found: UUID | None = connection.scalar(_PERSON, {"address": address})
    if found is None:
        raise Problem(f"nobody in {owner.slug} has the address {address!r}")
    return found
