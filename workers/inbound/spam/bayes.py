"""How likely a mail is spam by the tokens that were taught: what they say is added up.

A token's evidence is the logarithm of how much more often it stands in spam than in ham, with a little added to both
counts, so that what was seen once says less, and what few mails lack hardly anything (as G. Robinson does it, "A
Statistical Approach to the Spam Problem", Linux Journal 107, 2003). If tokens meant nothing, the sum of n of them would
stray as the root of n does (S. A. Stouffer, "The American Soldier", 1949): it is measured by that, which keeps long
mails from being sure of everything. Strong evidence weighs more than in proportion, since the weak is most of it and
mostly chance.

Tokens are no independent witnesses: a list writes twenty of them into each of its mails. Those that were seen exactly
as often in both sorts, and often enough for that to be no chance, are most likely one fact, and n of them count as the
root of n.
"""

from collections.abc import Iterable, Mapping
from math import copysign, exp, log, sqrt

from workers.inbound.spam.weights import weight_of

UNSEEN = 0.05  # mails of either sort that are taken to have had a token besides those that were seen
AS_ONE = 5  # from so many mails on, tokens of the same counts are taken to say the same
POWER = 1.5  # of the evidence of one fact
TELLING = 150  # tokens that are told as reasons

Counts = Mapping[str, tuple[int, int]]


def evidence(spam: int, ham: int, mails: tuple[int, int]) -> float:
    """How much a token speaks for spam (above 0) or for ham, in logits.

    Args:
        spam: mails of that kind that had it.
        ham: likewise.
        mails: spam and ham in all, both above 0.
    """
    often, seldom = spam / mails[0], ham / mails[1]
    found = log((often + UNSEEN / mails[0]) / (seldom + UNSEEN / mails[1]))
    return max(0.0, found) if often > seldom else min(0.0, found)


def telling(tokens: Iterable[str], counts: Counts, mails: tuple[int, int]) -> list[tuple[str, float]]:
    """The tokens that say most, each with the chance of spam that it speaks for, strongest first."""
    known = [(token, evidence(*counts[token], mails)) for token in tokens if token in counts]
    strong = sorted(known, key=lambda one: (-abs(one[1]), one[0]))[:TELLING]
    return [(token, chance(found)) for token, found in strong]


def combined(tokens: Iterable[str], counts: Counts, mails: tuple[int, int]) -> float:
    """What all tokens of a mail say together, in multiples of how far chance strays; 0 where they say nothing.

    Args:
        tokens: distinct ones.
        counts: spam and ham mails that had each of them, where there were any.
        mails: spam and ham in all, both above 0.
    """
    sums: dict[tuple[int, int], float] = {}
    largest: dict[tuple[int, int], float] = {}
    for token in tokens:
        if seen := counts.get(token):
            weight = weight_of(token)
            sums[seen] = sums.get(seen, 0.0) + weight
            largest[seen] = max(weight, largest.get(seen, 0.0))
    if not sums:
        return 0.0
    facts = {one: sqrt(all_ * largest[one]) if sum(one) >= AS_ONE else all_ for one, all_ in sums.items()}
    found = [(weight, evidence(*seen, mails)) for seen, weight in facts.items()]
    return sum(weight * copysign(abs(one) ** POWER, one) for weight, one in found) / sqrt(sum(facts.values()))


def chance(logit: float) -> float:
    """The probability that odds stand for, from 0 to 1."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))
