"""`python -m tests.scores.spam [--json]`: how much spam of the corpus is caught, and how much ham is taken for it.

Mails are dealt into two halves by a fixed seed, each of spam, easy and hard ham alike. What one half taught judges the
other, and the other way round, so that each mail is judged once; and each is judged with nothing taught at all.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.base import uuid7
from models.profile import Role
from models.settings import settings
from tests.scores.cases import ORG, Case, read
from workers.inbound.facts import Box, Facts, Person, Received
from workers.inbound.spam.score import Score, score
from workers.inbound.spam.sight import look
from workers.inbound.spam.taught import THRESHOLD, Taught
from workers.inbound.spam.tokens import words_of

SEED = 7
SOURCES = ("spamassassin-corpus", "bogofilter")  # real mail; the others that say so are cases of single rules
BOX = Box(uuid7(), "us@postern.test", "Us", None, None, "normal")
SYSTEM = Person(uuid7(), "Us", "", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a mail: its score, and why."""

    name: str
    group: str
    score: Score

    @property
    def is_kept(self) -> bool:
        """Whether it would have gone to quarantine."""
        return self.score.value >= THRESHOLD


@dataclass(frozen=True, slots=True)
class Measured:
    """All mails, judged by what the other half taught, and with nothing taught."""

    taught: list[Judgement]
    untaught: list[Judgement]

    def rate(self, group: str, *, taught: bool = True) -> tuple[int, int]:
        """How many of a group were kept, and how many there are."""
        found = [one for one in (self.taught if taught else self.untaught) if one.group == group]
        return sum(one.is_kept for one in found), len(found)


GROUPS = ("spam", "easy ham", "hard ham")
GOALS = {  # (taught, group): least and most of it that is kept
    (True, "spam"): (0.97, 1.0), (True, "easy ham"): (0.0, 0.005), (True, "hard ham"): (0.0, 0.03),
    (False, "easy ham"): (0.0, 0.002), (False, "hard ham"): (0.0, 0.002),
}  # fmt: skip


def measure(folder: Path, seed: int = SEED) -> Measured:
    """Judge the corpus.

    Args:
        folder: that POSTERN_CORPUS names.
        seed: of the deal.
    """
    mails = [(group(case), case) for case in read(folder) if case.source in SOURCES and "is_spam" in case.expects]
    halves: tuple[list[Case], list[Case]] = ([], [])
    dealer = random.Random(seed)
    for name in GROUPS:
        some = [case for found, case in mails if found == name]
        dealer.shuffle(some)
        for place, case in enumerate(some):
            halves[place % 2].append(case)
    judged: list[Judgement] = []
    for teachers, pupils in (halves, halves[::-1]):
        judged += judge(pupils, learn(teachers))
    return Measured(judged, judge([*halves[0], *halves[1]], Taught()))


def group(case: Case) -> str:
    """Of the three."""
    if case.expects["is_spam"]:
        return "spam"
    return "hard ham" if str(case.expects.get("group", "")).startswith("hard") else "easy ham"


def learn(cases: Iterable[Case]) -> Taught:
    """What these mails teach."""
    mails: Counter[bool] = Counter()
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for case in cases:
        is_spam = case.expects["is_spam"]
        mails[is_spam] += 1
        counts[is_spam].update(words_of(look(case.mail, case.content)))
    words = counts[True].keys() | counts[False].keys()
    both = {word: (counts[True][word], counts[False][word]) for word in words}
    return Taught(THRESHOLD, mails[True], mails[False], counts=both)


def judge(cases: Iterable[Case], taught: Taught) -> list[Judgement]:
    """Each as a mail of a stranger to an organization that knows this and nothing else."""
    found = []
    for case in cases:
        mail = Received(uuid7(), BOX.id, "x@y.test", (BOX.address,), datetime.now(UTC), 1, case.mail, case.content)
        known = Taught(taught.threshold, taught.spam, taught.ham, counts=taught.counts)
        known.tokens[mail.id] = words_of(look(case.mail, case.content))
        facts = Facts(ORG, SYSTEM, {BOX.id: BOX}, (), {}, frozenset(), {}, taught=known)
        found.append(Judgement(case.name, group(case), score(mail, None, facts)))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and every mail that was judged wrongly; 2 when there is no corpus."""
    parser = argparse.ArgumentParser(prog="python -m tests.scores.spam")
    parser.add_argument("--json", action="store_true", help="figures and misses as a document")
    parser.add_argument("--seed", type=int, default=SEED, help="of the deal")
    asked = parser.parse_args(arguments)
    folder = settings().corpus
    if folder is None or not folder.is_dir():
        sys.stderr.write("POSTERN_CORPUS names no folder of real mails: nothing is scored.\n")
        return 2
    found = measure(folder, asked.seed)
    rows = [_row(found, name, taught=taught) for taught in (True, False) for name in GROUPS]
    wrong = [one for one in found.taught if one.is_kept != (one.group == "spam")]
    wrong += [one for one in found.untaught if one.is_kept and one.group != "spam"]
    misses = [{"name": one.name, "group": one.group, "score": one.score.value, "why": one.score.told} for one in wrong]
    if asked.json:
        sys.stdout.write(json.dumps({"rates": rows, "misses": misses}, indent=1) + "\n")
        return 0
    for row in rows:
        said = f"{row['by']:16} {row['group']:9} kept {row['kept']:4} of {row['of']:4} {row['rate']:8.2%}"
        sys.stdout.write(said + (" MISSED\n" if row["missed"] else "\n"))
    sys.stdout.writelines(f"  {one['group']} {one['score']:.2f} {one['name']}: {one['why']}\n" for one in misses)
    return 0


def _row(found: Measured, name: str, *, taught: bool) -> dict[str, Any]:
    kept, total = found.rate(name, taught=taught)
    by, rate = "the other half" if taught else "nothing taught", kept / total if total else 0.0
    least, most = GOALS.get((taught, name), (0.0, 1.0))
    return {"by": by, "group": name, "kept": kept, "of": total, "rate": rate, "missed": not least <= rate <= most}


if __name__ == "__main__":
    sys.exit(main())
