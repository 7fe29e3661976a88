"""The desk's longer questions to the database, one file each under `sql/`."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text


@cache
def statement(name: str) -> TextClause:
    """A statement of `gateway/cli/sql/`."""
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text())
