"""`python -m tests.scores [--json] [--key KEY] [--keep]`: prints the scores; a fall in any source ends with 1."""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from models.settings import settings
from tests.scores import cases, contrary, reasons, threads
from tests.scores.keys import KEYS
from tests.scores.tally import FEW, Result, Score, falls, figures, tally

LAST = Path(__file__).parent.parent / "corpus_scores.json"
SHOWN = 160  # characters of what was expected and found
WHY = 400  # of the reason of a miss


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the folder; 2 when there is none, 1 when a source fell."""
    asked = _parser().parse_args(arguments)
    folder = settings().corpus
    if folder is None or not folder.is_dir():
        _say("POSTERN_CORPUS names no folder of real mails: nothing is scored.", file=sys.stderr)
        return 2
    scores = tally(_results(folder, asked.key))
    if asked.json:
        _say(json.dumps([score.row() for score in scores], ensure_ascii=False))
    else:
        _print(scores)
    now = figures(scores)
    before = json.loads(LAST.read_text()) if LAST.exists() else {}
    fallen = falls(before, now)
    if asked.keep and not fallen:
        LAST.write_text(json.dumps(before | now, indent=1, sort_keys=True) + "\n")
    for line in fallen:
        _say(f"FELL: {line}", file=sys.stderr)
    return 1 if fallen else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make corpus")
    parser.add_argument("--json", action="store_true", help="a list of scores with their misses")
    parser.add_argument("--key", action="append", help="only this key; may be given again")
    parser.add_argument("--keep", action="store_true", help="keep these figures as the last ones, if none fell")
    return parser


def _results(folder: Path, only: list[str] | None) -> Iterator[Result]:
    found = list(cases.read(folder))
    yield from contrary.apart(_statements(found, only))
    threaded = [case for case in found if threads.KEYS & case.expects.keys()]
    yield from threads.results(threaded, [key for key in threads.PROTOCOLS if not only or key in only])


def _statements(found: Sequence[cases.Case], only: list[str] | None) -> Iterator[contrary.Statement]:
    for case in found:
        for key, judge in KEYS.items():
            if only and key not in only:
                continue
            judged = judge(case)
            if judged is not None:
                group = (case.source, case.category, key, case.basis_of(key))
                why = "" if judged.passed else reasons.reason(case, key, judged)
                said = (_short(judged.expected), _short(judged.found))
                result = Result(group, case.name, *said, judged.passed, " ".join(why.split())[:WHY])
                yield contrary.statement(case, key, judged, result)


def _short(value: object) -> str:
    said = value if isinstance(value, str) else repr(value)
    return said[:SHOWN]


def _say(line: str, file: TextIO | None = None) -> None:
    print(line, file=file)


def _print(scores: list[Score]) -> None:
    width = max((len(" ".join(score.group[:2])) for score in scores), default=0)
    for score in scores:
        source, category, key, basis = score.group
        rate = f"{score.passed / score.total:7.1%}" if score.total >= FEW else "      -"
        stated = "" if basis == "source" else f"  ({basis})"
        _say(f"{f'{source} {category}':{width}}  {key:24} {score.passed:5}/{score.total:<5}{rate}{stated}")
        for miss in score.misses:
            _say(f"    {miss.name}: expected {miss.expected!r}, found {miss.found!r}")
            _say(f"        why: {miss.why}")
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for score in scores:
        told = sums[score.group[2], score.group[3]]
        told[0] += score.passed
        told[1] += score.total
    _say("\nAll sources together:")
    for (key, basis), (passed, total) in sorted(sums.items(), key=lambda one: (one[0][1] != "source", one[0])):
        _say(f"  {key:26} {basis:8} {passed:5}/{total:<5} {passed / total:7.1%}")


if __name__ == "__main__":
    sys.exit(main())
