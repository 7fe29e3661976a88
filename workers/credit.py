"""What becomes of a message that cannot be acknowledged: Redis gives it out again, and the worker goes on without it.

A worker asks for its next message when it has acknowledged the last. Kombu keeps counting one whose acknowledgement
failed: a Redis that was silent for five seconds at that moment would keep the worker from its queues for ever, while it
looks well in every other way. Rows know whether they were done, so that a hint given out twice costs a look at them.
"""

from kombu.transport import redis, virtual


class Forgiving(redis.QoS):
    """Kombu's count of messages that are not acknowledged, without those of which Redis could not be told."""

    def ack(self, delivery_tag: str) -> None:
        """Tell Redis, and count it no more whether or not it was heard.

        Raises:
            redis.exceptions.RedisError: it was not heard; Celery logs that.
        """
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]  # most of kombu is untyped
        finally:
            self._count_no_more(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """As `ack`, for a message that is given back or thrown away."""
        try:
            super().reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]  # as above
        finally:
            self._count_no_more(delivery_tag)

    def _count_no_more(self, delivery_tag: str) -> None:
        virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]  # as above


def forgive() -> None:
    """Have the workers of this process count so."""
    redis.Channel.QoS = Forgiving
