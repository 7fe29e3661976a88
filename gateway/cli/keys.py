"""`postern keys`: the keys that seal passwords, tokens and signing keys in the database."""

from collections import Counter
from uuid import UUID

from gateway.cli import find, printing
from gateway.cli.options import AsJson, keys, noun
from gateway.cli.problems import Problem
from models import seal_keys
from models.database import transaction
from models.reseal import FIRST, SHELVES, Shelf, reseal, used_keys
from models.settings import settings

app = noun("The keys that seal secrets in the database. They lie outside it, and are part of every backup.")
LIST = ("id", "is_newest", "is_known", "rows")
ROTATED = ("key", "sealed", "forgotten", "broken")


@app.command("list", epilog=keys(LIST))
def listing(as_json: AsJson = False) -> None:
    """List the keys, the newest first, and how many secrets each seals; one that is not known opens none of them."""
    known, used = list(seal_keys.keys()), _used()
    names = [*known, *sorted(used.keys() - set(known))]
    rows = [{"id": n, "is_newest": n == known[0], "is_known": n in known, "rows": used[n]} for n in names]
    if as_json:
        printing.document(rows)
    else:
        printing.table(rows, LIST, none="no key yet")
        printing.say(f"they are in {seal_keys.place()}")


@app.command("rotate", epilog=keys(ROTATED))
def rotate(as_json: AsJson = False) -> None:
    """Make a new key and seal every secret with it; what runs goes on running.

    An older key is kept until no secret needs it, and one rotation longer. Where the keys are in POSTERN_SEAL_KEYS,
    write the new one before the others there first; this seals with it and says which are not needed any more.
    """
    if settings().seal_keys is None:
        seal_keys.rotate()
    sealed, broken = 0, list[str]()
    for org in find.organizations():
        for shelf in SHELVES:
            some, failed = _reseal(org.id, shelf)
            sealed, broken = sealed + some, broken + failed
    known = list(seal_keys.keys())
    forgotten = [name for name in known[seal_keys.ALWAYS_KEPT :] if name not in _used()]
    if settings().seal_keys is None:
        seal_keys.forget(set(forgotten))
    found = {"key": known[0], "sealed": sealed, "forgotten": forgotten, "broken": broken}
    if as_json:
        printing.document(found)
    else:
        printing.page(found, [name for name in ROTATED if name != "broken"])
    if broken:
        raise Problem(f"{len(broken)} could not be opened and stay as they were; the first: {broken[0]}")


def _reseal(org: UUID, shelf: Shelf) -> tuple[int, list[str]]:
    sealed, broken, last = 0, list[str](), FIRST
    while True:
        with transaction(org) as connection:
            batch = reseal(connection, org, shelf, last)
        if batch.last is None:
            return sealed, broken
        sealed, last = sealed + batch.sealed, batch.last
        broken += batch.broken


def _used() -> Counter[str]:
    found: Counter[str] = Counter()
    for org in find.organizations():
        with transaction(org.id) as connection:
            found.update(used_keys(connection, org.id))
    return found
