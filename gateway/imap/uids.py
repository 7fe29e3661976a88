"""Sets of UIDs as the few runs that they are; PostgreSQL keeps them as a multirange."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from psycopg.types.multirange import Multirange

GREATEST = 4_294_967_295  # RFC 3501 section 2.3.1.1; 0 is none


@dataclass(frozen=True, slots=True)
class Uids:
    """A set of UIDs.

    Attributes:
        spans: first and one after the last of each run, in order, with room between them.
    """

    spans: tuple[tuple[int, int], ...] = ()

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self.spans, (uid, GREATEST + 2)) - 1
        return place >= 0 and uid < self.spans[place][1]

    def __iter__(self) -> Iterator[int]:
        return (uid for low, high in self.spans for uid in range(low, high))

    def __len__(self) -> int:
        return sum(high - low for low, high in self.spans)

    def literal(self) -> str:
        """As PostgreSQL writes a multirange."""
        return "{" + ",".join(f"[{low},{high})" for low, high in self.spans) + "}"


NONE = Uids()


def uids(found: Iterable[int]) -> Uids:
    """The set of some UIDs."""
    runs = groupby(enumerate(sorted(set(found))), lambda pair: pair[1] - pair[0])
    ends = ((members[0][1], members[-1][1] + 1) for members in (list(run) for _, run in runs))
    return Uids(tuple(ends))


def read(multirange: Multirange[int]) -> Uids:
    """What PostgreSQL answered for a multirange of `bigint`."""
    return Uids(tuple((one.lower or 0, one.upper or 0) for one in multirange))
