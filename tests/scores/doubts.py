"""What speaks against a statement, in the mail itself or in what its source says elsewhere: a miss may be no fault."""

import re
from collections.abc import Callable

from tests.scores.cases import Case
from tests.scores.judging import Judged, flat, listed
from workers.inbound.notice.phrases import plain, sections

Doubt = Callable[[Case, Judged], bool]
_TOLD = tuple(phrase for name in ("subject", "body") for phrase in sections("bounce")[name])
_HEADER = re.compile(r"^content-(?:type|transfer-encoding):", re.IGNORECASE | re.MULTILINE)
_BOTH_NAMES = re.compile(rb"filename\s*=[^;]*;\s*filename\*", re.IGNORECASE)
_NOBODY = re.compile(r"unknown|no such user|not exist|doesn't have|unavailable")
_ANY_NAME = re.compile(rb"name(?:\*\d*\*?)?\s*=", re.IGNORECASE)


def doubt(case: Case, key: str, judged: Judged) -> str:
    """The first reason to doubt a statement that was missed, '' if there is none.

    Args:
        case: a mail.
        key: an adapter's.
        judged: not passed.
    """
    return next((why for why, doubts in DOUBTS.get(key, {}).items() if doubts(case, judged)), "")


def _is_failure_report(case: Case, judged: Judged) -> bool:
    del judged
    return case.mail.report and any(one.action == "failed" for one in case.mail.failures)


def _is_report(case: Case, judged: Judged) -> bool:
    del judged
    return case.mail.report and bool(case.mail.failures)


def _tells_of_no_delivery(case: Case, judged: Judged) -> bool:
    said = plain(f"{case.mail.subject} {case.mail.text}")
    return judged.expected is True and case.mail.notice is None and not any(phrase in said for phrase in _TOLD)


def _is_filtered(case: Case, judged: Judged) -> bool:
    stated = [str(one) for one in listed(judged.expected)]
    says = [one.reason.lower() for one in case.mail.failures if one.hard]
    return any(one.startswith("filtered") for one in stated) and any(_NOBODY.search(one) for one in says)


def _made_up(case: Case, judged: Judged) -> bool:
    del judged
    return not _ANY_NAME.search(case.content)


def _both_names(case: Case, judged: Judged) -> bool:
    del judged
    return _BOTH_NAMES.search(case.content) is not None


def _left_encoded(case: Case, judged: Judged) -> bool:
    del case
    return any("=?" in str(one) for one in listed(judged.expected))


def _empty_files(case: Case, judged: Judged) -> bool:
    return bool(judged.expected == sum(bool(one.content) for one in case.mail.attachments))


def _inline_texts(case: Case, judged: Judged) -> bool:
    shown = [one for one in case.mail.attachments if one.inline and one.content_type.startswith("text/")]
    return bool(shown and judged.expected == len(case.mail.attachments) - len(shown))


def _is_shown_as_source(case: Case, judged: Judged) -> bool:
    del judged
    stated = case.expects.get("text", case.expects.get("body"))
    return any(_HEADER.search(str(one)) for one in listed(stated))


def _holds_no_text(case: Case, judged: Judged) -> bool:
    return "\ufffd" in flat(judged.expected) and bool(case.expects.get("encoding_problem"))


def _is_broken(case: Case, judged: Judged) -> bool:
    del judged
    return case.mail.text.strip() != "" and not case.expects.get("n_text_bodies", 1)


_REPORT = "it holds a delivery report (RFC 3464) of a failed recipient"
DOUBTS: dict[str, dict[str, Doubt]] = {
    "is_bounce": {
        _REPORT: _is_failure_report,
        "nothing in it tells of a delivery": _tells_of_no_delivery,
    },
    "is_challenge_response": {_REPORT: _is_failure_report},
    "ham_is_no_program": {"it holds a delivery report (RFC 3464), which its reader wanted": _is_report},
    "hard_bounce": {"its source calls 'filtered', and soft, what a server says of an unknown user": _is_filtered},
    "attachment_names": {
        "no part of it has a name: its source made one up": _made_up,
        "it names a file twice, and RFC 6266 section 4.3 prefers the extended name": _both_names,
        "its source leaves encoded words as they are, which RFC 2047 does not allow there and mail programs decode":
            _left_encoded,
    },
    "n_attachments": {
        "its source drops empty files": _empty_files,
        "its source takes a text with a name, that is to be shown, for no file": _inline_texts,
        "its source takes the words of a broken structure for a file": _is_broken,
    },
    "text": {
        "its source shows the source text of parts": _is_shown_as_source,
        "these bytes are no text in any charset": _holds_no_text,
    },
}  # fmt: skip
