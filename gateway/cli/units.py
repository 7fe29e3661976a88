"""`postern units`: how systemd keeps every process running, printed from the table that `postern up` runs itself."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.supervisor.units import units as written

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def units(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Write them there, such as /etc/systemd/system.")
    ] = None,
) -> None:
    """Print systemd units for this installation, or write them into a folder; nothing is started.

    They expect a user and group `postern`, settings in /etc/postern/environment, and a file for each secret in
    /etc/postern/secrets, which only root need read.
    """
    for name, text in written(sys.executable).items():
        if to is None:
            typer.echo(f"# {name}\n{text}")
        else:
            (to / name).write_text(text)
            typer.echo(to / name)
