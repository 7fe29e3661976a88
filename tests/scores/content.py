"""Adapters for text and attachments."""

import re
from hashlib import sha256

from tests.scores.cases import Case
from tests.scores.judging import Adapter, Judged, alike, dense, flat, listed, same
from workers.inbound.mail import Attachment, Mail
from workers.inbound.parse import html, names, parse

_TEXT = ("text", "body")
_FILE = re.compile(r"- .+, [\d.]+ (?:bytes|KB|MB)$")  # how that client lists files below the text
_LINK = re.compile(r" \([a-z]+:[^\s)]*\)")  # and where links lead
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature")  # kept by us; for some sources no file


def text(case: Case) -> Judged | None:
    """The words, white space aside."""
    stated = next((case.expects[key] for key in _TEXT if key in case.expects), None)
    if "text_file" in case.expects:
        stated = case.beside(case.expects["text_file"])
    if stated is None or not case.is_mail:
        return None
    wanted = [piece for piece in listed(stated) if isinstance(piece, str)]
    found = dense(case.mail.text)
    return Judged(flat(" ".join(wanted)), flat(case.mail.text), alike("".join(map(dense, wanted)), found))


def text_contains(case: Case) -> Judged | None:
    """Each piece stands in the text; or for a report, in what a machine shall read."""
    stated = case.expects.get("text_contains", case.expects.get("body_contains"))
    if stated is None:
        return None
    wanted = [one["string"] if isinstance(one, dict) else one for one in listed(stated)]
    files = " ".join(one.content.decode(errors="replace") for one in case.mail.attachments if _is_report(one))
    found = dense(case.mail.text + files)
    return Judged(wanted, flat(case.mail.text), all(dense(one) in found for one in wanted))


def _is_report(attachment: Attachment) -> bool:
    return attachment.content_type == "message/delivery-status"


def html_contains(case: Case) -> Judged | None:
    """The words of the HTML are in ours: tags differ, since ours is sanitised."""
    stated = case.expects.get("html_contains")
    if stated is None:
        return None
    wanted = [one["string"] if isinstance(one, dict) else one for one in listed(stated)]
    found = dense(html.to_text(case.mail.html or ""))
    return Judged(wanted, flat(case.mail.html), all(dense(html.to_text(one)) in found for one in wanted))


def rendered(case: Case) -> Judged | None:
    """The last line of what another client shows stands in our text, too: all of it is decoded alike."""
    stated = case.expects.get("rendered_plain_text")
    if stated is None:
        return None
    words = [line for line in stated.partition("\n\n")[2].splitlines() if line.strip() and not _FILE.match(line)]
    found = dense(case.mail.text).replace(">", "")
    lost = [line for line in words if dense(_LINK.sub("", line).strip("-*> ")) not in found]
    return Judged(lost[:1] or "all lines", flat(case.mail.text), len(lost) * 10 <= len(words))


def n_attachments(case: Case) -> Judged | None:
    """How many files."""
    stated = case.expects.get("n_attachments")
    if stated is None:
        return None
    found = len(case.mail.attachments)
    return Judged(stated, found, stated in (found, len(_files(case))))


def _files(case: Case) -> list[Attachment]:
    return [one for one in case.mail.attachments if one.content_type not in _SIGNATURES]


def attachments(case: Case) -> Judged | None:
    """Names, types and sizes, as far as they are stated."""
    stated = case.expects.get("attachments")
    if stated is None:
        return None
    wanted = [_stated(one) for one in stated]
    found = list(case.mail.attachments) if len(wanted) == len(case.mail.attachments) else _files(case)
    if len(wanted) != len(found):
        return Judged(wanted, [_told(one, {}) for one in found], passed=False)
    return same(wanted, [_told(one, wish) for one, wish in zip(found, wanted, strict=True)])


def _stated(one: object) -> dict[str, object]:
    if not isinstance(one, dict):
        return {"name": flat(one)}
    name = one.get("filename") or one.get("name")
    told: dict[str, object] = {"name": names.display(str(name), "")} if name else {}
    if one.get("size") is not None:
        told["size"] = one["size"]
    if one.get("content_type"):
        told["content_type"] = str(one["content_type"]).lower()
    return told


def _told(one: Attachment, wish: dict[str, object]) -> dict[str, object]:
    all_of_it = {"name": one.name, "size": len(one.content), "content_type": one.content_type}
    return {key: all_of_it[key] for key in wish} if wish else all_of_it


def names_of_attachments(case: Case) -> Judged | None:
    """The names of the files; those that are made up for a file without one do not count."""
    keys = ("attachment_filenames", "attachment_filename", "part_filenames")
    stated = next((case.expects[key] for key in keys if key in case.expects), None)
    if stated is None:
        return None
    wanted = [names.display(str(one), "") for one in listed(stated)]
    found = [one.name for one in case.mail.attachments]
    if "part_filenames" in case.expects:  # of all parts, those of an attached mail too
        found += [one.name for inside in _messages(case) for one in inside.attachments]
    return Judged(wanted, found, not set(wanted) - set(found))


def _messages(case: Case) -> list[Mail]:
    return [parse(one.content) for one in case.mail.attachments if one.content_type == "message/rfc822"]


def file(case: Case) -> Judged | None:
    """One file by its size and digest."""
    stated = case.expects.get("attachment")
    if stated is None:
        return None
    found = [(len(one.content), sha256(one.content).hexdigest()) for one in case.mail.attachments]
    wanted = (stated.get("size"), stated.get("sha256"))
    return Judged(wanted, found, wanted in found or (wanted[1] is None and wanted[0] in {size for size, _ in found}))


def survives(case: Case) -> Judged | None:
    """It is read to its end, whatever it holds."""
    if not (case.expects.get("must_not_crash") or case.expects.get("must_terminate")):
        return None
    return same(None, case.mail.unreadable)


ADAPTERS: dict[str, Adapter] = {
    "text": text,
    "text_contains": text_contains,
    "html_contains": html_contains,
    "rendered_plain_text": rendered,
    "n_attachments": n_attachments,
    "attachments": attachments,
    "attachment_names": names_of_attachments,
    "attachment": file,
    "must_not_crash": survives,
}
