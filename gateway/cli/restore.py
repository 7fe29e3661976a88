"""`postern restore`: what a backup kept, back into an empty database."""

from pathlib import Path
from typing import Annotated
from zipfile import ZipFile

import typer
from sqlalchemy import Connection, text

from gateway.cli import printing
from gateway.cli.keeping import archive, reach, secret, tables
from gateway.cli.keeping.archive import LAST_LINE, Manifest
from gateway.cli.options import AsJson, keys
from gateway.cli.problems import Problem
from gateway.cli.progress import Progress, progress
from migrations.reload import laid_bare
from migrations.run import head, upgrade
from models.database import transaction
from models.settings import ROLES

app = typer.Typer(add_completion=False, rich_markup_mode=None)
KEYS = ("file", "made_at", "revision", "tables", "rows")
_OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY (:programs)")


@app.command(epilog=keys(KEYS))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="From `postern backup`.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Throw away what is in the database; else it has to be empty.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill the database from a backup and take over its keys, all of it or nothing, while nothing of Postern runs.

    Before anything is written the file is read to see that it is whole, and after it every table is compared with what
    was kept. Letters that were waiting in the outbox go out when Postern starts: an installation that goes on elsewhere
    will have sent them, too.
    """
    size = file.stat().st_size - LAST_LINE
    with (
        progress() as bar,
        bar.step("checking", size, unit="bytes") as checked,
        archive.opened(file, checked) as (source, manifest),
    ):
        if manifest.revision != head():
            raise Problem(
                f"{file} was made by Postern {manifest.postern} at revision {manifest.revision}, this program is at"
                f" {head()}; restore it with that version, then upgrade"
            )
        secret.check(source)
        with reach.alone():
            upgrade()
            _fill(source, manifest, bar, replace=replace)
            upgrade()  # counts what was materialized
    found = (str(file), manifest.made_at, manifest.revision, len(manifest.tables), manifest.rows)
    if as_json:
        printing.document(dict(zip(KEYS, found, strict=True)))
        return
    printing.say(f"{manifest.rows} rows of {len(manifest.tables)} tables are as they were at {manifest.made_at}")


def _fill(source: ZipFile, manifest: Manifest, bar: Progress, *, replace: bool) -> None:
    with transaction(login="admin") as connection:
        _refuse_company(connection)
        with laid_bare(connection):
            if (full := tables.filled(connection)) and not replace:
                raise Problem(
                    f"the database is not empty ({', '.join(full[:3])}…); restore into a new one, or add --replace to"
                    " throw away what is there"
                )
            tables.empty(connection, full)
            with bar.step("restoring", len(manifest.tables), unit="tables") as done:
                tables.load(connection, source, manifest.tables, done)
            secret.load(source)  # before the commit: keys that nothing needs are no harm, rows without their keys are


def _refuse_company(connection: Connection) -> None:
    programs = [role for login, role in ROLES.items() if login != "admin"]
    if others := connection.scalar(_OTHERS, {"programs": programs}):
        raise Problem(f"{others} connections of Postern's programs are open; stop them all before a restore")
