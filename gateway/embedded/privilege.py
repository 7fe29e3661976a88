"""Whom the embedded servers run as: PostgreSQL refuses root, and mail needs no root either."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """Whom to become: nobody else when we are an ordinary user, else the first of `PREFERRED` that exists.

    Raises:
        LookupError: we are root and there is no such user.
    """
    if os.geteuid() != 0:
        return None
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LookupError(f"PostgreSQL does not run as root and none of the users {', '.join(PREFERRED)} exists; add one")


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may read a file and pass through every folder above it."""
    real = path.resolve()
    if not _allowed(real, account, stat.S_IROTH):
        return False
    return all(_allowed(folder, account, stat.S_IXOTH) for folder in real.parents)


def _allowed(path: Path, account: Account, other_bit: int) -> bool:
    """Whether the mode of a path grants the account this right (given as its bit for others)."""
    try:
        found = path.stat()
    except OSError:
        return False
    if found.st_uid == account.uid:
        return bool(found.st_mode & other_bit << 6)
    if found.st_gid == account.gid:
        return bool(found.st_mode & other_bit << 3)
    return bool(found.st_mode & other_bit)


def own_folder(path: Path, account: Account | None) -> Path:
    """A private folder (0700) of the account, made if missing; one that is there is checked, never changed.

    Args:
        path: the folder; its parent exists.
        account: its owner; None is ourselves.

    Raises:
        PermissionError: it belongs to somebody else, is a link, or others may enter.
    """
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise PermissionError(
            f"{path} has to be a private folder (0700) of user id {owner}; look at it and move it away"
        )
    return path
