"""`postern migrate`: bring the database to the schema that this program writes mail into."""

from typing import Annotated

import typer
from sqlalchemy import text

from migrations.run import head, upgrade
from models.database import transaction

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(metavar="REV", help="The revision to go up to.")] = "head",
) -> None:
    """Bring the database up to this program's schema and give its logins their passwords; no data is lost."""
    upgrade(to)
    with transaction() as connection:
        reached = connection.scalar(text("SELECT version_num FROM alembic_version"))
    newest = "the newest" if reached == head() else f"the newest is {head()}"
    typer.echo(f"the database is at revision {reached} ({newest})")
