"""How likely a mail is spam by the tokens that were taught: Robinson's estimate, combined by Fisher's method.

G. Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107 (2003); R. A. Fisher, "Statistical Methods
for Research Workers" (1925), section 21.1. A token seen n times with the share p of spam is believed to be
(s·x + n·p) / (s + n); if the tokens meant nothing, -2·Σ ln of these would follow a chi-squared distribution.
"""

from collections.abc import Iterable, Mapping
from math import exp, log

STRENGTH, UNKNOWN = 0.45, 0.5  # s and x: how strongly a token never seen is believed to be either
LEAST = 0.1  # tokens nearer to the middle say nothing
TELLING = 150  # the strongest tokens count; more only blur

Counts = Mapping[str, tuple[int, int]]


def token_chance(spam: int, ham: int, mails: tuple[int, int]) -> float:
    """How likely a mail with this token is spam.

    Args:
        spam: mails of that kind that had it.
        ham: likewise.
        mails: spam and ham in all, both above 0.
    """
    often, seldom = spam / mails[0], ham / mails[1]
    if not often + seldom:
        return UNKNOWN
    share, seen = often / (often + seldom), spam + ham
    return (STRENGTH * UNKNOWN + seen * share) / (STRENGTH + seen)


def telling(tokens: Iterable[str], counts: Counts, mails: tuple[int, int]) -> list[tuple[str, float]]:
    """The tokens that say most, with their chances, strongest first."""
    known = [(token, token_chance(*counts[token], mails)) for token in tokens if token in counts]
    strong = [(token, chance) for token, chance in known if abs(chance - UNKNOWN) >= LEAST]
    return sorted(strong, key=lambda one: (-abs(one[1] - UNKNOWN), one[0]))[:TELLING]


def combined(chances: Iterable[float]) -> float:
    """One chance from many: near 0.5 where they say nothing or contradict each other."""
    found = list(chances)
    if not found:
        return UNKNOWN
    spam = 1 - _tail(-2 * sum(log(1 - one) for one in found), len(found))
    ham = 1 - _tail(-2 * sum(log(one) for one in found), len(found))
    return (1 + spam - ham) / 2


def _tail(chi: float, half: int) -> float:
    """The chance that a chi-squared value with 2·half degrees of freedom is at least `chi`: a sum of Poisson terms."""
    mean = chi / 2
    term = exp(-mean)
    total = term
    for step in range(1, half):
        term *= mean / step
        total += term
    return min(total, 1.0)
