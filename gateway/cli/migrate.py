"""`postern migrate`: bring the database to the schema that this program writes mail into."""

from typing import Annotated

import typer
from sqlalchemy import text

from migrations.run import head, upgrade
from models import marks, seal_keys
from models.database import transaction

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(metavar="REV", help="The revision to go up to.")] = "head",
) -> None:
    """Bring the database up to this program's schema, give its logins passwords, make missing keys; no data is lost."""
    upgrade(to)
    marks.keys()  # here, since several workers that start at once on a new installation would each make their own
    seal_keys.keys()  # here, since elsewhere the folder may be read-only
    with transaction() as connection:
        reached = connection.scalar(text("SELECT version_num FROM alembic_version"))
    newest = "the newest" if reached == head() else f"the newest is {head()}"
    typer.echo(f"the database is at revision {reached} ({newest})")
