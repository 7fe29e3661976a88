"""What the door counts: plain numbers that cost nothing while mail comes in, turned into Prometheus text when asked."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from prometheus_client import Metric

MOST_MAILBOXES = 500  # with numbers of their own; broken ones come first
OF_A_MAILBOX = {
    "broken": "1 if people have to look after it, and its admins were or are being told",
    "failing_seconds": "Since its first error in a row, 0 if it is well",
    "last_success_seconds": "Since it was last fetched from, or was made",
    "lag_seconds": "From the provider's date of its newest mail to our commit",
    "oldest_waiting_seconds": "Age of its oldest mail that is being fetched, 0 for none",
    "gap_alarms": "Mails that had been passed over and were found later",
    "set_aside": "Mails that could not be fetched",
    "access_token_seconds": "Until its access token ends, which is renewed before",
    "refresh_token_seconds": "Until its sign-in ends and a person has to sign in again, if that is known",
}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Histogram:
    """Durations in buckets.

    Attributes:
        counts: how many fell into each of `SECONDS`, the last for all above.
        total: sum of all, in seconds.
    """

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(SECONDS) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Upper bounds with cumulated counts, as Prometheus wants them."""
        bounds = [*map(str, SECONDS), "+Inf"]
        return list(zip(bounds, map(float, accumulate(self.counts)), strict=True))


class Metrics:
    """The door's counters since it started.

    Attributes:
        replies: SMTP replies by code.
        accepted: mails answered 250. stored: rows committed for them. repeats: rows that were already there.
        accept_seconds: from the final dot to the 250.
        connections: open now. refused_connections: turned away with 421.
        nudges_dropped: hints to the workers that could not be sent; the sweeper finds those mails.
        batches: commits.
    """

    def __init__(self) -> None:
        self.replies: Counter[bytes] = Counter()
        self.accept_seconds = Histogram()
        self.accepted = self.stored = self.repeats = self.batches = 0
        self.connections = self.refused_connections = self.nudges_dropped = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counts; nothing when it is away.

    Attributes:
        totals: rows of `postern_metrics()`.
        mailboxes: rows of `mailbox_metrics()`: organization, mailbox, name and value.
    """

    totals: Mapping[str, float] = field(default_factory=dict)
    mailboxes: Sequence[tuple[UUID, UUID, str, float]] = ()


class Page:
    """The counters as Prometheus collects them.

    Args of the constructor:
        metrics: the door's own. database: the others.
    """

    def __init__(self, metrics: Metrics, database: Counted) -> None:
        self._metrics = metrics
        self._database = database

    def collect(self) -> "Iterator[Metric]":
        """Every metric with its help text."""
        from prometheus_client import core  # noqa: PLC0415  only this page needs it

        mine = self._metrics
        replies = core.CounterMetricFamily("postern_smtp_replies", "SMTP replies by code", labels=["code"])
        for code, count in sorted(mine.replies.items()):
            replies.add_metric([code.decode()], count)
        yield replies
        for name, count, words in (
            ("postern_accepted", mine.accepted, "Mails answered 250"),
            ("postern_stored", mine.stored, "Rows of raw mail written for them"),
            ("postern_repeats", mine.repeats, "Rows that were there already"),
            ("postern_commits", mine.batches, "Commits; mails that come together share one"),
            ("postern_nudges_dropped", mine.nudges_dropped, "Hints to the workers that were lost"),
            ("postern_refused_connections", mine.refused_connections, "Connections turned away with 421"),
        ):
            yield core.CounterMetricFamily(name, words, value=count)
        yield core.GaugeMetricFamily("postern_connections", "Open SMTP and LMTP connections", value=mine.connections)
        yield core.HistogramMetricFamily(
            "postern_accept_seconds",
            "From the final dot to the 250",
            buckets=mine.accept_seconds.buckets(),
            sum_value=mine.accept_seconds.total,
        )
        for name, value in self._database.totals.items():
            yield core.GaugeMetricFamily(f"postern_{name}", "Counted in the database", value=value)
        for name, words in OF_A_MAILBOX.items() if self._database.mailboxes else ():
            family = core.GaugeMetricFamily(f"postern_mailbox_{name}", words, labels=["organization", "mailbox"])
            for org, mailbox, counted, value in self._database.mailboxes:
                if counted == name:
                    family.add_metric([str(org), str(mailbox)], value)
            yield family


def text(metrics: Metrics, database: Counted) -> bytes:
    """The page in Prometheus' text format; arguments as `Page`."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415  only this page needs it

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Page(metrics, database))
    return generate_latest(registry)
