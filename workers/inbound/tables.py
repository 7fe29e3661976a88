"""Tables of words that are kept as text beside the code: one entry a line, sections in brackets, `#` for remarks."""

from pathlib import Path


def sections(path: Path) -> dict[str, tuple[str, ...]]:
    """The sections of a table, in order.

    Args:
        path: of the file, UTF-8.
    """
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith("[") and row.endswith("]") and row[1:-1].isalpha():
            current = found.setdefault(row[1:-1], [])
        elif row and not row.startswith("#"):
            current.append(row.rstrip())
    return {section: tuple(rows) for section, rows in found.items()}
