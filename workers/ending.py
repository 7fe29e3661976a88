"""A worker that comes to its end comes there in time: mail waits until another is started in its place."""

import signal

from celery import bootsteps

SECONDS = 60  # longer than a batch takes; the leases of what is left end as they do after any crash


class Ending(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """Kills a worker whose pool processes do not end; by itself it would wait for them for ever."""

    requires = ("celery.worker.components:Pool",)

    def close(self, worker: object) -> None:
        """Begin to count, whether it was told to stop or cannot go on; nothing has been stopped yet."""
        del worker
        signal.alarm(SECONDS)
