"""`postern db`: where the database is, for those who want to ask it themselves."""

from enum import StrEnum
from typing import Annotated

import typer

from gateway.cli import printing
from gateway.cli.options import AsJson, keys, noun
from gateway.cli.problems import Problem
from gateway.embedded import EmbeddedPostgres
from models.settings import Login, settings

app = noun("The database.")
KEYS = ("role", "url")


class As(StrEnum):
    """Whom to log in as: `owner` sees everything, `app` is workers and desk, `gateway` the door."""

    OWNER = "owner"
    APP = "app"
    GATEWAY = "gateway"


LOGINS: dict[As, Login] = {As.APP: "app", As.GATEWAY: "gateway"}


@app.command("url", epilog=keys(KEYS))
def url(
    role: Annotated[As, typer.Option(help="Whom to log in as.")] = As.APP,
    as_json: AsJson = False,
) -> None:
    """Print a URL for psql and other clients; it holds the password.

    app is subject to every policy and sees nothing until it says for which organization it asks (app.org_id, app.role).
    gateway may store mail and read none of it. owner is the superuser of the embedded server: it BYPASSES ROW LEVEL
    SECURITY, sees every organization and can break everything; on a database of your own it is not known here.
    """
    chosen = _owner() if role is As.OWNER else settings().url(LOGINS[role])
    if as_json:
        printing.document({"role": role, "url": chosen})
    else:
        printing.say(chosen)


def _owner() -> str:
    if settings().database_url is not None:
        raise Problem("POSTERN_DATABASE_URL names a server of your own; ask its administrator for the owner's login")
    return EmbeddedPostgres(settings().data).url("superuser")
