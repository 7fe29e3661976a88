"""The keys that seal secrets: outside the database, so that a copy of it alone opens no mailbox.

They lie in `<data>/keys/seal.json` (0600), newest first, or in the setting `seal_keys`. The newest seals; older ones go
on opening what they sealed. The folder `keys/` is part of every backup: without it every mailbox must be given its
password anew. A key is named by its own digest, so that a lost key and the one made in its place are told apart.
"""

import fcntl
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from models.secret_files import SecretError
from models.settings import settings, write_private

KEY_BYTES = 32  # AES-256
ALWAYS_KEPT = 2
_KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


def keys() -> dict[str, bytes]:
    """The keys by name, newest first; made on first use.

    They are read anew each time, since another process may have rotated them.

    Raises:
        SecretError: what is there cannot be keys; the sentence says what to do.
        OSError: they cannot be read or made.
    """
    return known() or _change(lambda found: found or [_new()])


def known() -> dict[str, bytes]:
    """As `keys`, but where there is none, none is made."""
    if (said := settings().seal_keys) is not None:
        return _named(re.split(r"[\s,]+", said.strip()), "POSTERN_SEAL_KEYS")
    return _kept()


def rotate() -> dict[str, bytes]:
    """Make a new key, which seals from now on; all keys by name, newest first.

    Raises:
        SecretError: the keys are in a setting, which only the operator changes.
    """
    if settings().seal_keys is not None:
        raise SecretError("the keys are in POSTERN_SEAL_KEYS; write a new one of `openssl rand -hex 32` before them")
    return _change(lambda found: [_new(), *found])


def adopt(sealed: Sequence[str]) -> None:
    """Seal from now on as another installation did, and go on opening what this one sealed.

    Args:
        sealed: its keys in hexadecimal digits, newest first.
    """
    _change(lambda found: list(dict.fromkeys([*sealed, *found])))


def forget(unused: set[str]) -> None:
    """Take keys out of the file that opened nothing any more; the newest two stay whatever is said.

    The second stays because a process may have sealed with it just before the newest was made and not yet have stored
    what it sealed.

    Args:
        unused: names of keys.
    """
    _change(lambda found: [key for n, key in enumerate(found) if n < ALWAYS_KEPT or name_of(key) not in unused])


def name_of(key: str) -> str:
    """The name of a key (in hexadecimal digits); it tells nothing about the key."""
    return sha256(b"postern seal key\0" + bytes.fromhex(key)).hexdigest()[:12]


def place() -> str:
    """Where the keys are, for a sentence to the operator."""
    return "POSTERN_SEAL_KEYS" if settings().seal_keys is not None else str(_path())


def _path() -> Path:
    return settings().keys / "seal.json"


def _new() -> str:
    return secrets.token_hex(KEY_BYTES)


def _named(found: list[str], where: str) -> dict[str, bytes]:
    if not all(_KEY.fullmatch(key) for key in found):
        raise SecretError(f"{where} holds something that is no key: each is 64 hexadecimal digits, newest first")
    return {name_of(key): bytes.fromhex(key) for key in found}


def _kept() -> dict[str, bytes]:
    try:
        text = _path().read_text()
    except FileNotFoundError:
        return {}
    return _named(_listed(text), str(_path()))


def _listed(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(key, str) for key in found):
        raise SecretError(f"{_path()} is damaged; restore it from a backup")
    return found


def _change(change: Callable[[list[str]], list[str]]) -> dict[str, bytes]:
    """Write the file anew, one process at a time, so that no two make a first key each."""
    with _alone():
        found = _listed(_path().read_text()) if _path().exists() else []
        _named(found, str(_path()))
        changed = change(found)
        if changed != found:
            write_private(_path(), json.dumps(changed))
    return _named(changed, str(_path()))


@contextmanager
def _alone() -> Iterator[None]:
    lock = settings().keys / "seal.lock"
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock.touch(mode=0o600)
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
