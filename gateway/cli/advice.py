"""What cannot be made is refused by the models in a sentence; the desk adds what to do instead."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.cli.problems import Problem
from models.tenancy import Unusable


@contextmanager
def advised(advice: str) -> Iterator[None]:
    """Add advice to a refusal of the models; whatever the block began is not made.

    Args:
        advice: what to do instead.

    Raises:
        Problem: in place of `Unusable`.
    """
    try:
        yield
    except Unusable as refused:
        raise Problem(f"{refused}; {advice}") from None
