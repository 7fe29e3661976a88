"""The new words of a mail: its text without the quote at the end. The full text is always kept beside it.

Line by line and in time linear in the text: one look at each line and at most three after it. An answer written
between or below the quoted lines is left as it is, since cutting it would hide words of the customer.
"""

import re

REPLY_MARKER = "##- Please type your reply above this line -##"

_SCANNED_CHARACTERS = 65_536
_LINE_CHARACTERS = 500  # no attribution is longer
_ATTRIBUTION_LINES = 3  # it may be wrapped
_HEADER_LINES = 6

# How mail programs begin the line above a quote, and its verb.
_ATTRIBUTIONS = (
    ("On ", "wrote"), ("Am ", "schrieb"), ("Le ", "a écrit"), ("El ", "escribió"), ("Il ", "ha scritto"),
    ("Op ", "schreef"), ("Den ", "skrev"), ("Em ", "escreveu"), ("W dniu ", "napisał"), ("Dne ", "napsal"),
)  # fmt: skip
_DATE = re.compile(r"\d:\d\d|\d\.\d\d|\b\d{4}\b")
_WHEN = re.compile(rf"{_DATE.pattern}|@")
_ORIGINAL = re.compile(
    r"-{3,20} ?(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original) ?-{3,20}",
    re.IGNORECASE,
)
_FROM = ("from:", "von:", "de:", "de :", "da:", "van:", "från:", "fra:", "od:")
_SENT = ("sent:", "date:", "gesendet:", "datum:", "envoyé", "date :", "enviado", "fecha:", "inviato:", "verzonden:",
         "skickat:", "sendt:", "wysłano:", "data:")  # fmt: skip


def cut(text: str) -> str:
    """The text up to the quote at its end; all of it if there is none, it is too long, or nothing would be left.

    Args:
        text: with line feeds only.
    """
    if len(text) > _SCANNED_CHARACTERS:
        return text
    rows = text.split("\n")
    end = min(_tail(rows), _heading(rows))
    reply = "\n".join(rows[:end]).rstrip()
    return reply if end < len(rows) and reply.strip(" \n\t_-") else text


def _quoted(row: str) -> bool:
    return row.lstrip(" ").startswith((">", "|>"))


def _tail(rows: list[str]) -> int:
    """Where the quoted lines at the end begin, with the line above that says whose they are."""
    end = len(rows)
    while end and (not rows[end - 1].strip() or _quoted(rows[end - 1])):
        end -= 1
    if not any(_quoted(row) for row in rows[end:]):
        return len(rows)
    return _announcement(rows, end)


def _announcement(rows: list[str], end: int) -> int:
    """Where the lines that announce a quote begin; `end` if those above it do not."""
    above = [row[:_LINE_CHARACTERS] for row in rows[max(0, end - _ATTRIBUTION_LINES) : end]]
    if not above or not above[-1].rstrip().endswith(":"):
        return end
    for wrapped, row in enumerate(reversed(above), 1):
        if not row.strip():
            break
        if _DATE.search(row):
            return end - wrapped
    return end - 1 if _WHEN.search(above[-1]) else end


def _heading(rows: list[str]) -> int:
    """The first line from which all that follows is somebody else's."""
    answer: int | None = None
    for number, row in enumerate(rows):
        if row[:1] not in _BEGINNINGS:
            continue
        start = row[:_LINE_CHARACTERS].strip(" \t>*")
        quoted, marker = _quoted(row), REPLY_MARKER in start
        if not quoted and (marker or _ORIGINAL.fullmatch(start)):
            return number
        if marker or (not quoted and start.startswith(_CAPITALS) and _attribution(rows, number)):
            answer = _last_answer(rows) if answer is None else answer
            if number >= answer:
                return number
        if quoted or not start.startswith(_CAPITALS):
            continue
        if _header_block(rows, number):
            return number - 1 if number and not rows[number - 1].strip("_ -") else number
    return len(rows)


_CAPITALS = tuple({opening[:2] for opening, _ in _ATTRIBUTIONS} | {name[:2].capitalize() for name in _FROM})
_BEGINNINGS = frozenset({*" \t>*#-", *(opening[0] for opening in _CAPITALS)})


def _last_answer(rows: list[str]) -> int:
    """Number of the last line of own words below a quoted one; 0 if nothing was written below a quote."""
    seen = False
    answer = 0
    for number, row in enumerate(rows):
        if _quoted(row):
            seen = True
        elif row.strip() == "--":
            break
        elif seen and row.strip():
            answer = number
    return answer


def _attribution(rows: list[str], number: int) -> bool:
    first = rows[number].lstrip()
    for opening, verb in _ATTRIBUTIONS:
        if first.startswith(opening):
            joined = ""
            for row in rows[number : number + _ATTRIBUTION_LINES]:
                joined = f"{joined} {row[:_LINE_CHARACTERS].strip()}"
                if joined.endswith(":") and verb in joined and _WHEN.search(joined):
                    return True
    return False


def _header_block(rows: list[str], number: int) -> bool:
    """`From: … Sent: …` as Outlook writes it above what it quotes; not the one below a forwarding line."""
    if not rows[number].strip(" *").lower().startswith(_FROM) or not number:
        return False
    above = next((row for row in reversed(rows[max(0, number - 3) : number]) if row.strip()), "")
    following = [row.strip(" *").lower() for row in rows[number + 1 : number + _HEADER_LINES]]
    return "forward" not in above.lower() and any(row.startswith(_SENT) for row in following)
