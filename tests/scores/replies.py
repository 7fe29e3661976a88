"""Adapters for the new words of a mail."""

import re

from tests.scores.cases import Case
from tests.scores.judging import Adapter, Judged, dense, flat, listed
from workers.inbound.parse import html

_FIRST_REPLY = re.compile(r"replies\[0\]\.body$")


def reply_text(case: Case) -> Judged | None:
    """The words without quote and signature, white space aside."""
    stated = case.expects.get("reply_text")
    if stated is None and case.expects.get("reply_html"):
        stated = html.to_text(case.expects["reply_html"])
    if stated is None:
        return None
    return Judged(flat(stated), flat(case.mail.reply), dense(stated) == dense(case.mail.reply))


def nothing_is_lost(case: Case) -> Judged | None:
    """All words of the source's reply stand in ours, dashes below aside: cutting too much is worse than too little."""
    stated = case.expects.get("reply_text")
    if stated is None:
        return None
    return Judged(flat(stated), flat(case.mail.reply), dense(stated).rstrip("-_=*") in dense(case.mail.reply))


def elided_text(case: Case) -> Judged | None:
    """What the source cuts off is not in our reply."""
    stated = case.expects.get("elided_text")
    if not stated:
        return None
    gone = [line for line in stated.splitlines() if len(dense(line)) > 20]
    kept = [line for line in gone if dense(line) in dense(case.mail.reply)]
    return Judged("none of it", kept[:2], not kept)


def starts_with(case: Case) -> Judged | None:
    """How the visible part begins."""
    stated = case.expects.get("visible_starts_with")
    return None if stated is None else Judged(stated, flat(case.mail.reply), flat(case.mail.reply).startswith(stated))


def first_reply(case: Case) -> Judged | None:
    """What the newest of several replies holds and lacks."""
    holds = [want for key in ("contains", "equals") for want in _of_the_first(case, key)]
    lacks = _of_the_first(case, "lacks")
    holds += listed(case.expects.get("reply_contains", []))
    lacks += listed(case.expects.get("reply_lacks", []))
    if not holds and not lacks:
        return None
    found = dense(case.mail.reply)
    right = all(dense(one) in found for one in holds) and not any(dense(one) in found for one in lacks)
    return Judged({"holds": holds, "lacks": lacks}, flat(case.mail.reply), right)


def _of_the_first(case: Case, key: str) -> list[str]:
    stated = case.expects.get(key) or []
    return [want for pair in stated if isinstance(pair, list) and _FIRST_REPLY.match(pair[0]) for want in [pair[1]]]


ADAPTERS: dict[str, Adapter] = {
    "reply_text": reply_text,
    "reply_text_kept": nothing_is_lost,
    "elided_text": elided_text,
    "visible_starts_with": starts_with,
    "first_reply": first_reply,
}
