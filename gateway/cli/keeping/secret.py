"""The keys in a backup: without those that sign every open thread breaks, without those that seal no mailbox opens."""

import json
from zipfile import ZipFile

from sqlalchemy import Connection, text

from gateway.cli.keeping.archive import KEYS
from gateway.cli.problems import Problem
from models import marks, seal_keys
from models.settings import settings

_NEEDED = text(
    "SELECT key_id FROM mailbox_tokens UNION SELECT key_id FROM signing_keys"
    " UNION SELECT key_id FROM webhooks WHERE key_id IS NOT NULL"
)
_SIGNED = text("SELECT EXISTS (SELECT FROM outgoing)")


def dump(connection: Connection, archive: ZipFile) -> list[str]:
    """Put the keys of this installation into an archive; names of those that seal something and are not here.

    Args:
        connection: sees every organization.
        archive: to write into.

    Raises:
        Problem: they are not here, though letters were signed or secrets sealed.
    """
    needed = set(connection.scalars(_NEEDED))
    sealing = [key.hex() for key in seal_keys.known().values()]
    signing = [key.hex() for key in marks.known()]
    if (not signing and connection.scalar(_SIGNED)) or (needed and not sealing):
        raise Problem(f"the keys are not in {settings().keys}: make the backup where the workers' data folder is")
    archive.writestr(KEYS, json.dumps({"marks": signing, "seal": sealing}))
    return sorted(needed - seal_keys.known().keys())


def check(archive: ZipFile) -> None:
    """See that the keys of an archive can be taken over.

    Raises:
        Problem: the operator has to.
    """
    if settings().seal_keys is not None:
        needed = {seal_keys.name_of(key) for key in _read(archive)["seal"]}
        if lacking := needed - seal_keys.known().keys():
            raise Problem(f"POSTERN_SEAL_KEYS lacks {', '.join(sorted(lacking))}; add these keys or unset it")


def load(archive: ZipFile) -> None:
    """Take over the keys of an archive, before those that are here: what is signed or sealed with these goes on."""
    keys = _read(archive)
    if keys["marks"]:
        marks.adopt(keys["marks"])
    if keys["seal"] and settings().seal_keys is None:
        seal_keys.adopt(keys["seal"])


def _read(archive: ZipFile) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(archive.read(KEYS))
    return found
