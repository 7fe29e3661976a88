"""How much mail each measure takes: enough to be exact, and never for ever."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of a run.

    Attributes:
        rounds: in which ours and the reference take turns.
        small, large: mails of 2 KB and of 50 KB that each of `SESSIONS` hands in, in a round.
        filed: mails filed in a round.
        starts: how often the second start is measured. singles: mails sent to an idle system.
        seconds: after which the run is given up.
    """

    rounds: int
    small: int
    large: int
    filed: int
    starts: int
    singles: int
    seconds: int


SESSIONS = 20
EFFORTS = {
    "full": Effort(rounds=7, small=60, large=15, filed=500, starts=3, singles=100, seconds=300),
    "quick": Effort(rounds=3, small=25, large=8, filed=150, starts=1, singles=30, seconds=120),
    "tiny": Effort(rounds=1, small=2, large=1, filed=50, starts=1, singles=3, seconds=100),
}
