"""A statement that is missed is doubted where the mail itself, or its own source, speaks against it; else it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scores import __main__ as command
from tests.scores import cases
from tests.scores.doubts import doubt
from tests.scores.keys import KEYS

REPORT = (
    "From: mailer-daemon@x.test\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n"
    "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nA: b\n\n"
    "Final-Recipient: rfc822; c@x.test\nAction: failed\n--b--\n"
)
UNKNOWN = REPORT.replace("failed", "failed\nDiagnostic-Code: smtp; 550 user unknown")
FILTERED = {"reason": "filtered", "hard_bounce": False}
LETTER = "From: ann@x.test\nTo: all@x.test\nSubject: Hello\n\nHow are you?\n"
FILE = (
    "From: ann@x.test\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\n\nHello\n--b\nContent-Type: image/png{}\n\n{}\n--b--\n"
)
TWICE = "\nContent-Disposition: attachment; filename=\"a.png\"; filename*=utf-8''b.png"
CODED = '\nContent-Disposition: attachment; filename="=?utf-8?q?a?=.png"'
TEXT = "; name=a.txt\nContent-Disposition: inline"

DOUBTED: list[tuple[str, str, dict[str, Any], str]] = [
    ("is_bounce", REPORT, {"is_bounce": False}, "a delivery report"),
    ("is_challenge_response", REPORT, {"is_challenge_response": True}, "a delivery report"),
    ("ham_is_no_program", REPORT.replace("failed", "delayed"), {"is_spam": False}, "which its reader wanted"),
    ("hard_bounce", UNKNOWN, {"recipients_results": [FILTERED]}, "of an unknown user"),
    ("hard_bounce", UNKNOWN, {"recipients_results": [FILTERED | {"reason": "blocked"}]}, ""),
    ("is_bounce", LETTER, {"is_bounce": True}, "nothing in it tells of a delivery"),
    ("is_bounce", LETTER.replace("How", "User unknown. How"), {"is_bounce": True}, ""),
    ("attachment_names", FILE.format("", "x"), {"attachment_filenames": ["da786518"]}, "made one up"),
    ("attachment_names", FILE.format("; name=a.png", "x"), {"attachment_filenames": ["b.png"]}, ""),
    ("attachment_names", FILE.format(TWICE, "x"), {"attachment_filename": "a.png"}, "names a file twice"),
    ("attachment_names", FILE.format(CODED, "x"), {"attachment_filename": "=?utf-8?q?a?=.png"}, "encoded words"),
    ("n_attachments", FILE.format("; name=a.png", ""), {"n_attachments": 0}, "drops empty files"),
    ("n_attachments", FILE.format("; name=a.png", "x"), {"n_attachments": 0}, ""),
    ("n_attachments", FILE.replace("image/png", "text/plain").format(TEXT, "x"), {"n_attachments": 0}, "to be shown"),
    ("text", LETTER, {"text": "Content-Type: text/html\n\n<p>"}, "source text"),
    ("text", LETTER, {"text": "How are they?"}, ""),
]


def case(place: Path, mail: str, expects: dict[str, Any], name: str = "one") -> cases.Case:
    (place / "made").mkdir(exist_ok=True)
    (place / "made" / f"{name}.eml").write_text(mail, newline="\r\n")
    told = {"source": "us", "basis": "source", "expects": expects}
    (place / "made" / f"{name}.eml.json").write_text(json.dumps(told))
    return next(one for one in cases.read(place) if one.name == f"made/{name}.eml")


@pytest.mark.parametrize(("key", "mail", "expects", "why"), DOUBTED)
def test_what_is_doubted(key: str, mail: str, expects: dict[str, Any], why: str, tmp_path: Path) -> None:
    one = case(tmp_path, mail, expects)
    judged = KEYS[key](one)
    assert judged
    assert not judged.passed
    found = doubt(one, key, judged)
    assert why in found
    assert bool(why) == bool(found)


@pytest.mark.parametrize(("sender", "basis"), [("ann@x.test", "contrary"), ("bob@x.test", "source")])
def test_what_is_stated_both_ways_is_counted_apart(sender: str, basis: str, tmp_path: Path) -> None:
    ends = {"from": "ann@x.test", "to": "me@x.test"}
    case(tmp_path, LETTER, {"may_auto_reply": False, "envelope": {**ends, "from": sender}}, "other")
    case(tmp_path, LETTER, {"may_auto_reply": True, "envelope": ends})
    found = list(command._results(tmp_path, ["may_auto_reply"]))
    assert [one.group[3] for one in found] == [basis, basis]
    assert all(("states both" in one.why) == (basis == "contrary") for one in found if not one.passed)


def test_a_name_in_an_attached_mail_is_one_of_its_parts(tmp_path: Path) -> None:
    inside = FILE.format("; name=a.png", "x").replace("boundary=b", "boundary=c").replace("--b", "--c")
    mail = f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{inside}\n--b--\n"
    judged = KEYS["attachment_names"](case(tmp_path, mail, {"part_filenames": ["a.png"]}))
    assert judged
    assert judged.passed
