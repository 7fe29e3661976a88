"""`postern dkim`: keys that sign letters, and their records in DNS."""

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import text

from gateway import dns
from gateway.cli import find, printing
from gateway.cli.dkim import record
from gateway.cli.dkim.rows import KEYS, Row, add, rows, sign, spelled
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from gateway.failures import Temporary
from models.database import transaction
from models.dkim import Algorithm

app = noun(
    "DKIM: letters are signed for the domain in their From. A new key waits until `dkim check` finds its record in DNS."
    " One that was replaced is retired: its record stays until letters on their way have arrived."
)
RECORDS = ("name", "type", "value", "state")
CHECKED = (*KEYS, "dns")
Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="As in the From of letters.")]
SomeDomain = Annotated[str | None, typer.Argument(metavar="[DOMAIN]", help="Only this one.")]
Now = Annotated[bool, typer.Option("--now", help="It signs at once, whether its record is published or not.")]
_REMOVE = text("DELETE FROM signing_keys WHERE domain = :domain AND selector = :selector RETURNING is_active")


@app.command("add", epilog=keys(RECORDS))
def new(
    domain: Domain,
    org: OfOrg = None,
    algorithm: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"Of {', '.join(Algorithm)}; both unless given.")
    ] = None,
    now: Now = False,
    as_json: AsJson = False,
) -> None:
    """Make keys for a domain and print the records to publish; `dkim check` then lets them sign."""
    if algorithm and algorithm not in set(Algorithm):
        raise Usage(f"{algorithm!r} is none of {', '.join(Algorithm)}")
    wanted = [Algorithm(algorithm)] if algorithm else [*Algorithm]
    owner, domain = find.one_organization(org), spelled(domain)
    if has := {row["algorithm"] for row in rows(owner.slug, domain)} & set(wanted):
        advice = f"`postern dkim rotate {domain}` makes a new one"
        raise Problem(f"{domain} has a key for {', '.join(sorted(has))}; {advice}")
    with transaction(owner.id, role="admin") as connection:
        add(connection, owner, domain, wanted, now=now)
    _publish(rows(owner.slug, domain), as_json=as_json)


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List the keys: what signs, what waits for its record, what is retired."""
    found = [{name: row[name] for name in KEYS} for row in rows(org)]
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, KEYS[:-1]), none="no key; `postern dkim add DOMAIN` makes one")


@app.command("rotate", epilog=keys(RECORDS))
def rotate(domain: Domain, org: OfOrg = None, now: Now = False, as_json: AsJson = False) -> None:
    """Make a new key beside each that a domain has; the old one signs until `dkim check` finds the new one's record.

    Leave the old record where it is until `dkim remove`: letters that are on their way were signed with it.
    """
    owner, domain = find.one_organization(org), spelled(domain)
    before = _known(owner.slug, domain)
    old, has = {row["id"] for row in before}, {row["algorithm"] for row in before}
    with transaction(owner.id, role="admin") as connection:
        add(connection, owner, domain, [one for one in Algorithm if one in has], now=now)
    _publish([row for row in rows(owner.slug, domain) if row["id"] not in old], as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(
    domain: Domain,
    selector: Annotated[str, typer.Argument(metavar="SELECTOR", help="As `dkim list` shows it.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Forget a key; its record may go from DNS when letters on their way have arrived, after five days at most."""
    owner, domain = find.one_organization(org), spelled(domain)
    with transaction(owner.id, role="admin") as connection:
        was_active = connection.scalar(_REMOVE, {"domain": domain, "selector": selector})
    if was_active is None:
        raise Problem(f"{domain} has no key {selector!r}; see `postern dkim list`")
    left = [{name: row[name] for name in KEYS} for row in rows(owner.slug, domain)]
    if as_json:
        printing.document(left)
        return
    printing.say(f"{record.name(domain, selector)} is known no more")
    if was_active:
        printing.say(f"it signed letters from {domain}, which now leave without its signature")


@app.command("record", epilog=keys(RECORDS))
def show(domain: Domain, org: OfOrg = None, as_json: AsJson = False) -> None:
    """Print the records of a domain's keys as lines of a zone file; those of retired keys, too."""
    owner = find.one_organization(org)
    _publish(_known(owner.slug, spelled(domain)), as_json=as_json)


@app.command("check", epilog=keys(CHECKED))
def check(domain: SomeDomain = None, org: InOrg = None, as_json: AsJson = False) -> None:
    """Ask the name servers for the record of each key. One that waited and is published there signs from now on.

    Name servers are the system's, or those of POSTERN_NAME_SERVERS. Exit code 1 says that the record of a key that
    signs or waits is not there.
    """
    found = [row | {"dns": _asked(row)} for row in rows(org, domain)]
    for row in found:
        if row["state"] == "waits" and row["dns"] == record.PUBLISHED:
            with transaction(find.one_organization(row["org"]).id, role="admin") as connection:
                sign(connection, row["id"])
    states = {row["id"]: row["state"] for row in rows(org, domain)}
    shown: list[Row] = [{name: row[name] for name in CHECKED} | {"state": states.get(row["id"])} for row in found]
    if as_json:
        printing.document(shown)
    else:
        columns = ("domain", "selector", "algorithm", "state", "dns")
        printing.table(shown, printing.across(shown, columns), none="no key; `postern dkim add DOMAIN` makes one")
    if lacking := [row for row in shown if row["dns"] != record.PUBLISHED and row["state"] != "retired"]:
        first = record.name(lacking[0]["domain"], lacking[0]["selector"])
        said = f"{len(lacking)} record(s) are not as they should be, the first {first}: {lacking[0]['dns']}"
        raise Problem(f"{said}; `postern dkim record {lacking[0]['domain']}` prints what belongs there")


def _asked(row: Row) -> str:
    try:
        texts = dns.txt(record.name(row["domain"], row["selector"]))
    except Temporary as failure:
        return str(failure)
    return record.compare(texts, row["algorithm"], row["public_key"])


def _known(org: str, domain: str) -> list[Row]:
    if not (found := rows(org, domain)):
        raise Problem(f"{domain} has no key; `postern dkim add {domain}` makes one")
    return found


def _publish(found: Sequence[Row], *, as_json: bool) -> None:
    records = [
        {
            "name": record.name(row["domain"], row["selector"]),
            "type": "TXT",
            "value": record.value(row["algorithm"], row["public_key"]),
            "state": row["state"],
        }
        for row in found
    ]
    if as_json:
        printing.document(records)
        return
    for one in records:
        printing.say(record.zone(one["name"], one["value"]))
    if any(one["state"] == "waits" for one in records):
        printing.say(f"\npublish it, then run `postern dkim check {found[0]['domain']}`: from then on it signs")
