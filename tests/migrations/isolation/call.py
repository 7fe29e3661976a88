"""A call of a function, from somewhere."""

from dataclasses import dataclass

from tests.migrations.isolation.contexts import Context


@dataclass(frozen=True, slots=True)
class Call:
    """A statement that calls a function, the contexts in which it does something, and what is prepared for it."""

    function: str
    contexts: tuple[Context, ...]
    statement: str
    before: str = ""
