"""The real mails in the folder that POSTERN_CORPUS names, read and never copied, with what their sources say."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.settings import settings

FOLDER = settings().corpus
TEXT_KEYS = ("text", "body", "reply_text", "text_contains", "text_file")
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Real:
    """A mail of the corpus.

    Attributes:
        name: source and file.
        content: its bytes as they go over a wire, every line ended by CRLF, as any MTA would send them.
        has_text: its source states a text that is not empty.
    """

    name: str
    content: bytes
    has_text: bool


def mails() -> list[Real]:
    """All of them, in order of their names."""
    assert FOLDER
    paths = sorted(FOLDER.rglob("*.eml"))
    return [Real(f"{path.parent.name}/{path.name}", wired(path.read_bytes()), _has_text(path)) for path in paths]


def wired(content: bytes) -> bytes:
    """Bytes with every line ended by CRLF, the last one too."""
    content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _has_text(path: Path) -> bool:
    sidecar = path.with_name(f"{path.name}.json")
    expects = json.loads(sidecar.read_text()).get("expects", {}) if sidecar.exists() else {}
    return any(map(_says_something, (expects.get(key) for key in TEXT_KEYS)))


def _says_something(stated: Any) -> bool:
    if isinstance(stated, dict):
        return any(map(_says_something, stated.values()))
    if isinstance(stated, list):
        return any(map(_says_something, stated))
    return isinstance(stated, str) and bool(stated.strip())
