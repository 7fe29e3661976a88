"""`postern spam`: what the filter was taught, what it says about a mail, and from which score on mail is kept."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import explaining, find, learning, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.database import transaction
from models.teaching import Sort
from workers.inbound.spam.taught import FEWEST, THRESHOLD

app = noun("Spam: teach what it is, ask why a mail looks like it, say from which score on it is kept.")
LISTING = "postern mail list"
SHOW = ("org", "threshold", "spam", "ham", "tokens", "trained_at")
TRAINED = ("taught", "known", "unread")
NEVER = "never"
LEAST = 0.5
_SHOW = text(
    "SELECT s.policies -> 'spam' AS policy, coalesce(m.spam, 0) AS spam, coalesce(m.ham, 0) AS ham,"
    " (SELECT count(*) FROM spam_tokens t WHERE t.org_id = s.org_id) AS tokens, m.trained_at"
    " FROM organization_settings s LEFT JOIN spam_models m ON m.org_id = s.org_id"
)
_SET = text(
    "UPDATE organization_settings SET policies = policies || jsonb_build_object('spam', CAST(:policy AS jsonb))"
)


@app.command("train", epilog=keys(TRAINED))
def train(
    what: Annotated[
        list[str], typer.Argument(metavar="ID|PATH...", help="Stored mails; mbox, Maildir, .eml or folders.")
    ],
    spam: Annotated[bool, typer.Option("--spam", help="They are spam.")] = False,
    ham: Annotated[bool, typer.Option("--ham", help="They are not.")] = False,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Teach what is spam and what is not. A stored mail counts once, and saying the other later takes it back.

    What lies in files counts each time it is taught. Both sorts are needed before it has a say.
    """
    if spam is ham:
        raise Usage("say --spam or --ham")
    sort = Sort.SPAM if spam else Sort.HAM
    paths = [Path(one) for one in what if Path(one).exists()]
    found = [find.row("raw_mail", one, LISTING) for one in what if not Path(one).exists()]
    learnt = learning.Learnt()
    for owner in {one.id for one, _ in found}:
        learnt += learning.stored(owner, _mails_of(owner, found), sort)
    for path in paths:
        learnt += learning.files(find.one_organization(org).id, path, sort)
    said = {name: getattr(learnt, name) for name in TRAINED}
    if as_json:
        printing.document(said)
    else:
        printing.say(f"{learnt.taught} taught as {sort}, {learnt.known} known as that, {learnt.unread} not read")


def _mails_of(owner: UUID, found: list[tuple[find.Org, UUID]]) -> list[UUID]:
    return list(dict.fromkeys(mail for one, mail in found if one.id == owner))


@app.command("explain", epilog=keys(explaining.KEYS))
def explain(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="At least six digits of its beginning or end.")],
    as_json: AsJson = False,
) -> None:
    """Score a mail as if it came now, with every reason and the words that say most."""
    found = explaining.explained(*find.row("raw_mail", identifier, LISTING))
    if as_json:
        printing.document(found)
        return
    printing.page(found, [name for name in explaining.KEYS if name not in ("hints", "words")])
    printing.say("")
    printing.table(found["hints"], explaining.HINT, none="nothing speaks for or against it")
    if found["words"]:
        printing.say("")
        printing.table(found["words"], explaining.WORD, none="")


@app.command("show", epilog=keys(SHOW))
def show(org: InOrg = None, as_json: AsJson = False) -> None:
    """Show from which score on each organization keeps mail, and how much it was taught."""
    rows = []
    for row in find.everywhere(_SHOW, {}, org):
        threshold = (row.pop("policy") or {}).get("threshold", THRESHOLD)
        shown = row | {"threshold": threshold}
        rows.append({name: shown[name] for name in SHOW})
    if as_json:
        printing.document(rows)
        return
    printing.table(rows, SHOW, none="no organization yet; make one with `postern org add NAME`")
    if any(min(row["spam"], row["ham"]) < FEWEST for row in rows):
        printing.say(f"what was taught has a say from {FEWEST} mails of either sort on")


@app.command("set", epilog=keys(SHOW))
def change(
    threshold: Annotated[str, typer.Option(metavar="SCORE", help=f"From {LEAST} to 1, or `{NEVER}`.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Say from which score on a mail is kept in quarantine; `never` asks for no score at all."""
    owner = find.one_organization(org)
    policy = {"threshold": None if threshold == NEVER else _score(threshold)}
    with transaction(owner.id, role="admin") as connection:
        if connection.execute(_SET, {"policy": json.dumps(policy)}).rowcount != 1:
            raise Problem(f"{owner.slug} has no settings; see `postern doctor`")
    show(owner.slug, as_json=as_json)


def _score(said: str) -> float:
    try:
        found = round(float(said), 2)
    except ValueError:
        found = 0.0
    if not LEAST <= found <= 1:
        raise Usage(f"{said!r} is no score from {LEAST} to 1; write `{NEVER}` for none")
    return found
