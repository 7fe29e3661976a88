"""How much mail each measure takes: enough to be exact, and never for ever."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of a run.

    Attributes:
        rounds: in which ours and the reference take turns.
        small, large: mails of 2 KB and of 50 KB that each of `SESSIONS` hands in, in a round.
        filed: mails filed in a round.
        starts: how often the second start is measured. singles: mails sent to an idle system.
        hostile: mails of each hostile kind.
        fetched: mails of a backlog. idle: mailboxes in which nothing happens.
        few, many: stored messages beside which `filed` mails are filed.
        worked: mails that each of `SESSIONS` hands in before memory is looked at again. rest: seconds before each look.
        alone: seconds in which the others write without a bomb. bomb: mails of the one who bombs them. beside: seconds
            after which that is over, whether they are filed or not.
        rehearsed: stored mails that a rule is tried on.
        tickets, organizations: that lists, searches and views are asked of. asked: how often each.
        seconds: after which the run is given up.
    """

    rounds: int
    small: int
    large: int
    filed: int
    starts: int
    singles: int
    hostile: int
    fetched: int
    idle: int
    few: int
    many: int
    worked: int
    rest: float
    alone: float
    beside: float
    bomb: int
    rehearsed: int
    tickets: int
    organizations: int
    asked: int
    seconds: int


SESSIONS = 20
EFFORTS = {
    "full": Effort(
        rounds=7, small=60, large=15, filed=500, starts=3, singles=100, hostile=3, fetched=5_000, idle=200,
        few=10_000, many=1_000_000, worked=100, rest=3, alone=20, beside=60, bomb=10_000, rehearsed=20_000,
        tickets=100_000, organizations=50, asked=200, seconds=2400,
    ),
    "quick": Effort(
        rounds=3, small=25, large=8, filed=150, starts=1, singles=30, hostile=1, fetched=1_500, idle=50,
        few=10_000, many=50_000, worked=10, rest=1, alone=5, beside=30, bomb=1_000, rehearsed=3_000,
        tickets=5_000, organizations=10, asked=50, seconds=400,
    ),
    "tiny": Effort(
        rounds=1, small=2, large=1, filed=50, starts=1, singles=3, hostile=1, fetched=300, idle=3,
        few=300, many=1_500, worked=1, rest=0.1, alone=1, beside=10, bomb=100, rehearsed=250,
        tickets=60, organizations=2, asked=3, seconds=200,
    ),
}  # fmt: skip
EFFORTS["long"] = replace(EFFORTS["full"], rehearsed=100_000, seconds=7200)
