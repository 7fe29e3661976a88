"""`python -m tests.scores.spam [--json]`: how much spam of the corpus is caught, and how much ham is taken for it.

Mails are dealt into two halves by a fixed seed, each of spam, easy and hard ham alike. What one half taught judges the
other, and the other way round, so that each mail is judged once; and each is judged with nothing taught at all. A deal
has its luck: the mean and the worst of several are told, too. Where rspamd and SpamAssassin are installed, `--scanners`
tells what each keeps by itself, and what we keep when it is asked besides.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.base import uuid7
from models.profile import Role
from models.settings import settings
from tests.scores import scanners
from tests.scores.cases import ORG, Case, read
from workers.inbound.facts import Box, Facts, Person, Received
from workers.inbound.mail import Mail
from workers.inbound.spam import signs
from workers.inbound.spam.score import Score, score
from workers.inbound.spam.sight import Finding, look
from workers.inbound.spam.taught import THRESHOLD, Taught
from workers.inbound.spam.tokens import judged_by, words_of

SEED = 7
SEEDS = (SEED, 1, 2, 3, 4, 5, 6, 8)
SOURCES = ("spamassassin-corpus", "bogofilter")  # real mail; the others that say so are cases of single rules
BOX = Box(uuid7(), "us@postern.test", "Us", None, None, "normal")
SYSTEM = Person(uuid7(), "Us", "", Role.SYSTEM)
GROUPS = ("spam", "easy ham", "hard ham")
GOALS = {  # (taught, group): least and most of it that is kept
    (True, "spam"): (0.97, 1.0), (True, "easy ham"): (0.0, 0.005), (True, "hard ham"): (0.0, 0.03),
    (False, "easy ham"): (0.0, 0.002), (False, "hard ham"): (0.0, 0.002),
}  # fmt: skip
Rate = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A mail of the corpus.

    Attributes:
        group: of `GROUPS`. mail: with its signs. words, judged_by: tokens that it teaches, and that judge it.
        scanned: by scanners outside.
    """

    case: Case
    group: str
    mail: Mail
    words: tuple[str, ...]
    judged_by: tuple[str, ...]
    scanned: tuple[Finding, ...] = ()


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


def pupils(folder: Path) -> list[Pupil]:
    """The mails of a corpus that are known as spam or ham.

    Args:
        folder: that POSTERN_CORPUS names.
    """
    found = []
    for case in read(folder):
        if case.source in SOURCES and "is_spam" in case.expects:
            sight = look(case.mail, case.content)
            mail = replace(case.mail, signs=signs.seen(sight))
            found.append(Pupil(case, group(case), mail, words_of(sight), judged_by(sight)))
    return found


def group(case: Case) -> str:
    """Of the three."""
    if case.expects["is_spam"]:
        return "spam"
    return "hard ham" if str(case.expects.get("group", "")).startswith("hard") else "easy ham"


def measure(mails: Sequence[Pupil], seed: int = SEED) -> list[Judgement]:
    """Each mail, judged by what the other half taught.

    Args:
        mails: of the corpus.
        seed: of the deal.
    """
    halves: tuple[list[Pupil], list[Pupil]] = ([], [])
    dealer = random.Random(seed)
    for name in GROUPS:
        some = [one for one in mails if one.group == name]
        dealer.shuffle(some)
        for place, one in enumerate(some):
            halves[place % 2].append(one)
    return [found for teachers, others in (halves, halves[::-1]) for found in judge(others, learn(teachers))]


def learn(mails: Iterable[Pupil]) -> Taught:
    """What these mails teach."""
    number: Counter[bool] = Counter()
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for one in mails:
        number[one.group == "spam"] += 1
        counts[one.group == "spam"].update(one.words)
    words = counts[True].keys() | counts[False].keys()
    both = {word: (counts[True][word], counts[False][word]) for word in words}
    return Taught(THRESHOLD, number[True], number[False], counts=both)


def judge(mails: Iterable[Pupil], taught: Taught) -> list[Judgement]:
    """Each as a mail of a stranger to an organization that knows this and nothing else."""
    found = []
    for one in mails:
        case = one.case
        mail = Received(
            uuid7(), BOX.id, "x@y.test", (BOX.address,), datetime.now(UTC), 1, one.mail, case.content,
            scanned=one.scanned,
        )  # fmt: skip
        known = Taught(taught.threshold, taught.spam, taught.ham, counts=taught.counts)
        known.tokens[mail.id] = one.judged_by
        facts = Facts(ORG, SYSTEM, {BOX.id: BOX}, (), {}, frozenset(), {}, taught=known)
        found.append(Judgement(case.name, one.group, score(mail, None, facts)))
    return found


def rate(found: Iterable[Judgement], name: str) -> Rate:
    """How many of a group were kept, and how many there are."""
    kept = [one.is_kept for one in found if one.group == name]
    return sum(kept), len(kept)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and every mail that was judged wrongly; 2 when there is no corpus."""
    parser = argparse.ArgumentParser(prog="python -m tests.scores.spam")
    parser.add_argument("--json", action="store_true", help="figures and misses as a document")
    parser.add_argument("--seed", type=int, default=SEED, help="of the deal")
    parser.add_argument("--scanners", action="store_true", help="ask rspamd and SpamAssassin, too; some minutes")
    asked = parser.parse_args(arguments)
    folder = settings().corpus
    if folder is None or not folder.is_dir():
        sys.stderr.write("POSTERN_CORPUS names no folder of real mails: nothing is scored.\n")
        return 2
    mails = pupils(folder)
    taught, untaught = measure(mails, asked.seed), judge(mails, Taught())
    rows = [_row(rate(found, name), name, taught=found is taught) for found in (taught, untaught) for name in GROUPS]
    means = dealt(mails)
    for by, findings in scanners.found([one.case.content for one in mails]) if asked.scanners else ():
        rows += [_told(by, name, _marked(mails, findings, name)) for name in GROUPS]
        means += dealt(beside(mails, findings), f" with {by}")
    wrong = [one for one in taught if one.is_kept != (one.group == "spam")]
    wrong += [one for one in untaught if one.is_kept and one.group != "spam"]
    misses = [{"name": one.name, "group": one.group, "score": one.score.value, "why": one.score.told} for one in wrong]
    if asked.json:
        sys.stdout.write(json.dumps({"rates": rows, "deals": means, "misses": misses}, indent=1) + "\n")
        return 0
    _print(rows, means)
    sys.stdout.writelines(f"  {one['group']} {one['score']:.2f} {one['name']}: {one['why']}\n" for one in misses)
    return 0


def beside(mails: Iterable[Pupil], findings: Iterable[Finding]) -> list[Pupil]:
    """The same mails with what a scanner found in them."""
    return [replace(one, scanned=(*one.scanned, finding)) for one, finding in zip(mails, findings, strict=True)]


def dealt(mails: Sequence[Pupil], how: str = "") -> list[dict[str, Any]]:
    """Mean and worst of several deals, by group.

    Args:
        mails: of the corpus.
        how: they were judged, for the title.
    """
    deals = [measure(mails, seed) for seed in SEEDS]
    return [_mean([rate(found, name) for found in deals], name, f"{len(SEEDS)} deals{how}") for name in GROUPS]


def _marked(mails: Sequence[Pupil], findings: Sequence[Finding], name: str) -> Rate:
    kept = [scanners.is_marked(found) for one, found in zip(mails, findings, strict=True) if one.group == name]
    return sum(kept), len(kept)


def _print(rows: Iterable[dict[str, Any]], means: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        said = f"{row['by']:26} {row['group']:9} kept {row['kept']:4} of {row['of']:4} {row['rate']:8.2%}"
        sys.stdout.write(said + (" MISSED\n" if row["missed"] else "\n"))
    for row in means:
        said = f"{row['by']:26} {row['group']:9} mean {row['mean']:8.2%}, worst {row['worst']:8.2%}"
        sys.stdout.write(said + (" MISSED\n" if row["missed"] else "\n"))


def _row(found: Rate, name: str, *, taught: bool) -> dict[str, Any]:
    row = _told("the other half" if taught else "nothing taught", name, found)
    return row | {"missed": _is_missed(row["rate"], name, taught=taught)}


def _told(by: str, name: str, found: Rate) -> dict[str, Any]:
    share = found[0] / found[1] if found[1] else 0.0
    return {"by": by, "group": name, "kept": found[0], "of": found[1], "rate": share, "missed": False}


def _mean(found: Sequence[Rate], name: str, by: str) -> dict[str, Any]:
    shares = [kept / total if total else 0.0 for kept, total in found]
    mean, worst = sum(shares) / len(shares), min(shares) if name == "spam" else max(shares)
    return {"by": by, "group": name, "mean": mean, "worst": worst, "missed": _is_missed(mean, name, taught=True)}


def _is_missed(share: float, name: str, *, taught: bool) -> bool:
    least, most = GOALS.get((taught, name), (0.0, 1.0))
    return not least <= share <= most


if __name__ == "__main__":
    sys.exit(main())
