"""`postern version`."""

from importlib.metadata import PackageNotFoundError, version

import typer

app = typer.Typer()


@app.command()
def say() -> None:
    """Say which version this is."""
    try:
        found = version("postern")
    except PackageNotFoundError:
        found = "(not installed)"
    typer.echo(f"postern {found}")
