"""Why a miss is one: what speaks against the statement, in what the two differ, and what reading that mail noted."""

from collections.abc import Sequence

from tests.scores import doubts
from tests.scores.cases import Case
from tests.scores.judging import Judged

NOTES = 3  # marks of the parser that are repeated
NEAR = 24  # characters shown from where two texts part
_NOTICED = ("is_", "failed", "hard_bounce", "status", "original", "ham_", "may_")


def reason(case: Case, key: str, judged: Judged) -> str:
    """One line.

    Args:
        case: a mail.
        key: an adapter's.
        judged: not passed.
    """
    told = (doubts.doubt(case, key, judged), judged.why)
    return "; ".join(one for one in (*told, _difference(judged.expected, judged.found), *_noted(case, key)) if one)


def _difference(expected: object, found: object) -> str:
    if isinstance(expected, str) and isinstance(found, str):
        return _parting(expected, found)
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        return _lacking(expected, found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return ", ".join(f"{key} differs" for key in expected if expected[key] != found.get(key))
    if isinstance(expected, bool) and isinstance(found, str):
        return f"read as {found}"
    return f"read as {found!r}" if expected != found else ""


def _parting(expected: str, found: str) -> str:
    """Where two texts part."""
    if not found:
        return "nothing was read"
    place = next((n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), None)
    if place is None:
        place = min(len(expected), len(found))
    return f"they part at character {place}: {expected[place:][:NEAR]!r} and {found[place:][:NEAR]!r}"


def _lacking(expected: Sequence[object], found: Sequence[object]) -> str:
    lacks = [one for one in expected if one not in found]
    more = [one for one in found if one not in expected]
    said = [f"{len(expected)} expected, {len(found)} read"] if len(expected) != len(found) else []
    return ", ".join([*said, *([f"not read: {lacks}"] if lacks else []), *([f"read instead: {more}"] if more else [])])


def _noted(case: Case, key: str) -> list[str]:
    """What the parser says of that mail."""
    mail = case.mail
    told = [mail.unreadable] if mail.unreadable else []
    told += [mail.sender_note] if key == "from" else []
    if key.startswith(_NOTICED):
        told.append(f"noticed: {mail.notice.kind}, {mail.notice.reason}" if mail.notice else "no notice was seen in it")
        told += [f"of {one.address or 'nobody'}: {one.action} {one.status} {one.reason}" for one in mail.failures[:2]]
    return told + [f"the parser noted: {mark}" for mark in mail.marks[:NOTES]]
