"""`postern version`."""

from importlib.metadata import PackageNotFoundError, version

import typer

app = typer.Typer()


@app.command()
def say() -> None:
    """Say which version this is."""
    typer.echo(f"postern {installed()}")


def installed() -> str:
    """This program's version."""
    try:
        return version("postern")
    except PackageNotFoundError:
        return "(not installed)"
