"""What becomes of a task that fails: its log says why, and the worker hears only that it is over.

Celery would give the error to the worker with every frame of its stack, well over 100,000 bytes through a pipe that
holds 65,536. Where the worker stops reading in the middle (it hears no more of Redis, or comes to its end), the rest
is never fetched, and who writes and who stops wait for each other.
"""

import structlog
from celery import Task
from sqlalchemy.exc import OperationalError as DatabaseAway

log = structlog.get_logger()


class Frugal(Task):  # type: ignore[misc]  # celery ships no types
    """A task whose result is nothing, whatever happened; rows know what is left, and the sweep rings for them."""

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run as a worker does; called directly it raises whatever `run` raises."""
        if self.request.called_directly:
            super().__call__(*args, **kwargs)
            return
        try:
            self.run(*args, **kwargs)
        except DatabaseAway as error:
            log.info("task put off, the database could not do it", task=self.name, error=type(error.orig).__name__)
        except Exception:
            log.exception("task failed", task=self.name)
