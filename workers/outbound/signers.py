"""Who signs our letters: a key is opened once for the life of a process, so that signing asks the database nothing.

Which keys sign now is read with the letters themselves, so a rotation holds from the next claim on. What a key is never
changes, whatever it is sealed with.
"""

from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from models.dkim import Algorithm, Signer, open_key, sealed_keys
from models.seal import Broken
from workers.errors import Temporary

MOST = 10_000
"""Keys that are kept; where there are more, all of them are opened anew."""
_known: dict[UUID, Signer] = {}


def signers(connection: Connection, org: UUID, keys: set[UUID]) -> dict[UUID, Signer]:
    """Who signs with these keys; one that cannot be opened makes each of its letters wait.

    A letter without the signature could be refused for good where the domain's policy (DMARC) asks for it.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        keys: identifiers, read in the same transaction.
    """
    found = {key: _known[key] for key in keys if key in _known}
    if missing := keys - found.keys():
        if len(_known) + len(missing) > MOST:
            _known.clear()
        for row in sealed_keys(connection, org, missing):
            try:
                found[row.id] = _known[row.id] = open_key(org, row)
            except (Broken, ValueError, OSError) as error:  # the latter: the keys that seal are damaged or not there
                why = f"the DKIM key {row.selector} of {row.domain} cannot be opened: {error}"
                found[row.id] = Signer(row.domain, row.selector, Algorithm(row.algorithm), partial(_wait, why))
    return found


def _wait(why: str, said: bytes) -> bytes:
    del said
    raise Temporary(why)
