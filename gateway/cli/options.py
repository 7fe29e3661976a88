"""Options that many commands share, and how a command's help names the keys of its JSON."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
InOrg = Annotated[
    str | None, typer.Option("--org", metavar="SLUG", help="Only this organization (all of them unless given).")
]
OfOrg = Annotated[
    str | None, typer.Option("--org", metavar="SLUG", help="Its organization; may be left out when there is one.")
]
Most = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100_000, help="At most this many, newest first.")]


def one_of(module: str, enum: str) -> Callable[[list[str] | None], list[str] | None]:
    """A check that an option names values of an enum, which is loaded only when the option is used.

    Args:
        module: where it is.
        enum: its name there.
    """

    def check(said: list[str] | None) -> list[str] | None:
        if said:
            known = [str(one) for one in getattr(import_module(module), enum)]
            if unknown := [one for one in said if one not in known]:
                raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}")
        return said

    return check


def noun(said: str) -> typer.Typer:
    """A group of commands about one thing.

    Args:
        said: what the thing is, for the help.
    """
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.callback(help=said)(_group)  # so that one command alone is still a group
    return app


def _group() -> None:
    pass


def keys(names: Iterable[str]) -> str:
    """The last line of a command's help: the keys of its JSON, which do not change."""
    return f"JSON keys: {', '.join(names)}."
