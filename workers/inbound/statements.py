"""The statements of `workers/inbound/sql/`, each read once."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text


@cache
def statement(name: str) -> TextClause:
    """One of them, by the name of its file."""
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text())
