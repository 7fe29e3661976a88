"""A worker that cannot hear Redis asks again after a moment: one whose disk is full may refuse for hours."""

from time import sleep
from typing import Any

from celery import bootsteps

SECONDS = 1.0  # Celery itself would ask five times a second, and call that critical


class Patience(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """Waits where a connection was lost or refused, and not where the worker ends."""

    def stop(self, consumer: Any) -> None:  # noqa: ANN401  celery ships no types
        """Every step is stopped before the next attempt, and at the end."""
        if consumer.blueprint.state == bootsteps.RUN:
            sleep(SECONDS)
