"""`postern backup`: every row and every key of this installation in one file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text

from gateway.cli import printing
from gateway.cli.keeping import archive, reach, secret, tables
from gateway.cli.keeping.archive import Manifest
from gateway.cli.options import AsJson, keys
from gateway.cli.problems import Problem
from gateway.cli.progress import progress
from gateway.cli.version import installed
from migrations.run import head
from models.database import transaction

app = typer.Typer(add_completion=False, rich_markup_mode=None)
KEYS = ("file", "revision", "tables", "rows", "bytes", "unknown_keys")
_REVISION = text("SELECT version_num FROM alembic_version")


@app.command(epilog=keys(KEYS))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where; nothing may be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write everything into a file: all tables as they are at one moment, and the keys that sign and seal.

    Mail goes on meanwhile. The file is there only when it is whole, and only for you to read (0600): whoever has it can
    read every mail and sign as this installation. Captured letters, logs and settings of the environment are not in it.
    """
    file = file.expanduser().absolute()
    with progress() as bar, reach.reached(), archive.written(file) as target:
        with transaction(login="admin", snapshot=True) as connection:
            if (revision := connection.scalar(_REVISION)) != head():
                raise Problem(
                    f"the database is at revision {revision}, this program at {head()}; run `postern migrate`"
                )
            with bar.step("backup", len(tables.listed(connection)), unit="tables") as done:
                kept = tables.dump(connection, target, done)
            lost = secret.dump(connection, target)
        made_at = printing.utc(datetime.now(UTC))
        archive.seal(target, manifest := Manifest(installed(), head(), made_at, kept))
    if as_json:
        found = (str(file), head(), len(kept), manifest.rows, file.stat().st_size, lost)
        printing.document(dict(zip(KEYS, found, strict=True)))
        return
    printing.say(f"{file}: {manifest.rows} rows of {len(kept)} tables, and the keys; keep it where nobody else reads")
    if lost:
        printing.say(
            f"secrets sealed with {', '.join(lost)} will not open: these keys are not here (`postern keys list`)"
        )
