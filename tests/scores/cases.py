"""The folder that POSTERN_CORPUS names: each file beside which something is stated (its README tells the shape)."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from models.base import uuid7
from workers.inbound.mail import Mail
from workers.inbound.parse import parse

STATED = ("source", "mixed")  # these bases are what a source says; `derived` is a hint read off the mail
_MIXED = re.compile(r"mixed: (\w+) read off")  # says of which key a mixed basis is derived
ORG = uuid7()


@dataclass(frozen=True)
class Case:
    """One file with what is stated about it.

    Attributes:
        name: its path in the folder. source: the top folder it lies in. category: of the manifest.
        basis: `source`, or `derived` when nobody but the collector says so.
        guessed: the key of which that is so though the rest is stated, '' for none.
        expects: by the source's own keys.
    """

    folder: Path
    name: str
    source: str
    category: str
    basis: str
    guessed: str
    expects: dict[str, Any]

    @cached_property
    def content(self) -> bytes:
        """The bytes, without the line that an mbox puts above a mail."""
        content = (self.folder / self.name).read_bytes()
        return content.partition(b"\n")[2] if content.startswith(b"From ") and self.is_mail else content

    def basis_of(self, key: str) -> str:
        """The basis of what is stated by one key."""
        return "derived" if key == self.guessed else self.basis

    @property
    def is_mail(self) -> bool:
        """A whole mail, not only a decoded body."""
        return self.name.endswith(".eml")

    @cached_property
    def mail(self) -> Mail:
        """The mail as we understand it; a body alone is one without headers."""
        if self.is_mail:
            return parse(self.content)
        subtype = b"html" if self.name.endswith(".html") else b"plain"
        return parse(b"Content-Type: text/" + subtype + b"; charset=utf-8\r\n\r\n" + self.content)

    def beside(self, name: str) -> str | None:
        """The text of another file of the folder, None if it is not there."""
        place = self.folder / name
        return place.read_text(errors="replace") if place.is_file() else None


def read(folder: Path) -> Iterator[Case]:
    """Every case of a folder, in order of the names."""
    manifest = folder / "MANIFEST.tsv"
    rows = csv.DictReader(manifest.read_text().splitlines(), delimiter="\t") if manifest.exists() else ()
    categories = {row["path"]: row["category"] for row in rows}
    for sidecar in sorted(folder.rglob("*.json")):
        told = json.loads(sidecar.read_text())
        name = str(sidecar.relative_to(folder)).removesuffix(".json")
        if not isinstance(told.get("expects"), dict) or not (folder / name).exists():
            continue
        said = str(told.get("basis", ""))
        basis, mixed = "source" if said.startswith(STATED) else "derived", _MIXED.match(said)
        source = name.partition("/")[0]
        yield Case(
            folder, name, source, categories.get(name, "unknown"), basis, mixed[1] if mixed else "", told["expects"]
        )
