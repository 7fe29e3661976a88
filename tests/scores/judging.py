"""The shape that every adapter answers in, and how texts and addresses of many sources are made comparable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.scores.cases import Case


@dataclass(frozen=True, slots=True)
class Judged:
    """What a source says and what we say; `passed` is the adapter's comparison, `why` what it knows of a miss."""

    expected: Any
    found: Any
    passed: bool
    why: str = ""


Adapter = Callable[[Case], Judged | None]


def same(expected: object, found: object) -> Judged:
    """Passed if they are equal."""
    return Judged(expected, found, expected == found)


def flat(text: object) -> str:
    """Text with every run of white space made one blank: sources differ in line ends and margins."""
    return " ".join(str(text or "").split())


def dense(text: object) -> str:
    """Text without any white space."""
    return "".join(str(text or "").split())


def bare(identifier: object) -> str:
    """A Message-ID without angle brackets and blanks."""
    return str(identifier or "").strip(" \t\r\n<>")


def address_of(stated: object) -> str:
    """The address in a string or dictionary that names a mailbox, in lower case."""
    if isinstance(stated, dict):
        stated = stated.get("address") or stated.get("email") or ""
    text = str(stated or "").strip()
    return (text.rpartition("<")[2].rstrip(">") if text.endswith(">") else text).strip().lower()


def name_of(stated: object) -> str:
    """The display name in such a dictionary, '' if none is stated or it only repeats the address."""
    name = stated.get("name") or stated.get("display") or "" if isinstance(stated, dict) else ""
    return "" if flat(name).lower() == address_of(stated) else flat(name)


def alike(expected: str, found: str) -> bool:
    """Equal, but for characters that the source itself gave up (U+FFFD)."""
    if "\ufffd" not in expected:
        return expected == found
    return len(expected) == len(found) and all(
        one in (other, "\ufffd") for one, other in zip(expected, found, strict=True)
    )


def listed(stated: object) -> list[Any]:
    """One or several as a list."""
    return stated if isinstance(stated, list) else [stated]
