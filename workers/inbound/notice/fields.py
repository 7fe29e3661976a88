"""The machine-readable part of a report (RFC 3464 section 2, RFC 5965 section 3): blocks of fields, tolerantly read."""

import re
from collections.abc import Iterable

from workers.inbound.decode import words
from workers.inbound.limits import RECIPIENTS
from workers.inbound.mail import Failure
from workers.inbound.notice.seen import addresses
from workers.inbound.notice.severity import severity

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:[ \t]*(.*)$")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_FAILED = frozenset(("failed", "failure", "fail", "failed/undeliverable", "expired"))
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
Fields = dict[str, str]


def blocks(text: str) -> list[Fields]:
    """The groups of fields between blank lines, names in lower case; the first of a name wins, folds are joined."""
    found: list[Fields] = []
    current: Fields = {}
    name = ""
    for row in text.split("\n"):
        if not row.strip():
            if current:
                found.append(current)
            current, name = {}, ""
        elif row[0] in " \t" and name:
            current[name] = f"{current[name]} {row.strip()}"[:2000]
        elif match := _FIELD.match(row):
            name = match[1].lower()
            if name == "final-recipient" and name in current:  # a writer that forgot the blank line
                found.append(current)
                current = {}
            current.setdefault(name, match[2].strip())
    return [*found, current] if current else found


def failures(text: str) -> tuple[Failure, ...]:
    """What became of each recipient of a delivery report."""
    return _told(blocks(text))


def within(text: str) -> tuple[Failure, ...]:
    """The same where the fields stand among words, as in a report that lost its parts."""
    if "-recipient:" not in text.lower():
        return ()
    return _told(block for block in blocks(text) if not block.keys().isdisjoint(_SURE) and "@" in _named(block))


def _told(listed: Iterable[Fields]) -> tuple[Failure, ...]:
    found: dict[tuple[str, str], Failure] = {}
    for block in listed:
        if one := _failure(block):
            found.setdefault((one.address.lower(), one.action), one)
            if len(found) >= RECIPIENTS:
                break
    return tuple(found.values())


def _named(block: Fields) -> str:
    return next((read for key in _NAMED if (read := recipient(block.get(key, "")))), "")


def _failure(block: Fields) -> Failure | None:
    address = _named(block)
    if not any(key in block for key in ("final-recipient", "original-recipient", "action", "x-actual-recipient")):
        return None
    written = block.get("action", "").lower()
    word = written.split()[0].strip("();,") if written.strip() else ""
    action = word if word in _ACTIONS else "failed"
    diagnostic = words.decode(block.get("diagnostic-code", ""))
    if not diagnostic.strip() and block.get("x-supplementary-info"):
        diagnostic = block["x-supplementary-info"]
    status = _STATUS.search(block.get("status", ""))
    told = severity(status[1] if status else "", diagnostic, action)
    return Failure(address, told.status, action, told.hard, told.reason)


_SURE = ("action", "status")
_NAMED = ("original-recipient", "final-recipient", "x-actual-recipient")


def recipient(value: str) -> str:
    """The address in `rfc822; somebody@there.test`, '' if none is."""
    kind, semicolon, rest = value.partition(";")
    found = addresses(rest if semicolon else kind)
    return found[0] if found else ""
