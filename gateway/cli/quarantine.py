"""`postern quarantine`: mails that could not be filed, for a person to decide on. Nothing is ever deleted here."""

import json
import re
from typing import Annotated, Any

import typer
from sqlalchemy import text

from gateway.cli import bell, find, learning, mails, printing
from gateway.cli.mail import COLUMNS, Identifier, report
from gateway.cli.options import AsJson, InOrg, Most, keys, noun
from gateway.cli.problems import Problem, Usage
from models import digest
from models.database import transaction
from models.raw_mail import Stage
from models.teaching import KEPT, Sort

app = noun("Quarantine: mails that were not filed, and why. ID may be shortened.")
DIGEST = ("org", "digest")
HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
ERASED = "erased"
LISTING = "postern quarantine list"
_MOVE = text(
    "UPDATE raw_mail SET stage = CAST(:stage AS text), leased_until = NULL, ring_at = now(), reason = :reason,"
    " attempts = CASE :stage WHEN 'received' THEN 0 ELSE attempts END,"
    " processed_at = CASE :stage WHEN 'dropped' THEN now() END, trace = trace || CAST(:step AS jsonb)"
    " WHERE id = :mail AND stage = ANY (CAST(:before AS text[])) RETURNING id"
)
_DIGEST = text("SELECT policies -> 'digest' AS digest FROM organization_settings")
_SET = text("UPDATE organization_settings SET policies = policies || jsonb_build_object('digest', CAST(:hour AS text))")


@app.command("list", epilog=keys(mails.LIST))
def listing(org: InOrg = None, limit: Most = 50, as_json: AsJson = False) -> None:
    """List the mails in quarantine, latest first."""
    found = mails.listed(org, [Stage.QUARANTINED], limit)
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, COLUMNS), none="nothing is in quarantine")


@app.command("show", epilog=keys(mails.SHOW))
def show(identifier: Identifier, as_json: AsJson = False) -> None:
    """Show a mail and why it is here."""
    report(mails.shown(*find.row("raw_mail", identifier, LISTING)), as_json=as_json)


@app.command("release", epilog=keys(mails.SHOW))
def release(identifier: Identifier, as_json: AsJson = False) -> None:
    """Let a mail be filed after all; it starts over with new attempts. Takes back a `drop`, too.

    One that was kept as spam is taught as ham.
    """
    found = _move(identifier, Stage.RECEIVED, None, (Stage.QUARANTINED, Stage.DROPPED), Sort.HAM)
    bell.ring("inbound.receive", [found["id"]])
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found['id']} is to be filed again; see `postern mail explain {found['id'].hex[-12:]}`")


@app.command("drop", epilog=keys(mails.SHOW))
def drop(
    identifier: Identifier,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the mail.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a mail is not filed. It stays stored, and `release` takes this back.

    One that was kept as spam is taught as spam.
    """
    found = _move(identifier, Stage.DROPPED, reason, (Stage.QUARANTINED,), Sort.SPAM)
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{found['id']} is dropped; it stays stored, and `postern quarantine release` takes this back")


@app.command("digest", epilog=keys(DIGEST))
def told(
    hour: Annotated[str | None, typer.Argument(metavar="HH:MM|off", help="When; else only show it.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Write it now, if anything is new.")] = False,
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Show or set when agents get a letter about what is new in quarantine: once a day, on days of business.

    It goes to the admins, or to the agents where nobody is an admin, but to nobody whose letters are `none` (`postern
    person letters`). Their answers release, drop and teach, in lines such as `release 1 3`, `drop 2`, `spam 4` and
    `ham 5-7`.
    """
    if hour is not None:
        if hour != digest.OFF and not HOUR.fullmatch(hour):
            raise Usage(f"{hour!r} is no hour; write it as 08:00, or off")
        owner = find.one_organization(org)
        with transaction(owner.id, role="admin") as connection:
            connection.execute(_SET, {"hour": hour})
    if now:
        bell.ring("inbound.digest", [find.one_organization(org).id])
    found = [(row["org"], digest.hour(row["digest"])) for row in find.everywhere(_DIGEST, {}, org)]
    rows = [{"org": slug, "digest": f"{at:%H:%M}" if at else digest.OFF} for slug, at in found]
    if as_json:
        printing.document(rows)
    else:
        printing.table(rows, DIGEST, none="no organization yet; make one with `postern org add NAME`")


def _move(identifier: str, stage: Stage, reason: str | None, before: tuple[Stage, ...], sort: Sort) -> dict[str, Any]:
    org, mail = find.row("raw_mail", identifier, LISTING)
    was = mails.shown(org, mail)
    if was["reason"] == ERASED:
        raise Problem(f"{mail} was erased; there is nothing left to file")
    kept = printing.safe(reason or was["reason"] or "") or None if stage is Stage.DROPPED else None
    step = {"step": "desk", "verdict": str(stage), "reason": reason or "decided by a person"}
    values = {"stage": stage, "reason": kept, "step": json.dumps([step]), "mail": mail, "before": list(before)}
    with transaction(org.id, role="admin") as connection:
        moved = connection.scalar(_MOVE, values)
    if moved is None:
        raise Problem(f"{mail} is {was['stage']}, not in quarantine; see `{LISTING}`")
    if any(one["step"] == "spam" and (one["reason"] or "").startswith(KEPT) for one in was["trace"]):
        learning.stored(org.id, [mail], sort)
    return mails.shown(org, mail)
