"""The scorer itself: it sees a fall, gives few cases no rate, reads any folder; and rules are general."""

import json
import re
from pathlib import Path

import pytest

from tests import corpus
from tests.scores import __main__ as command
from tests.scores import cases, reasons, threads
from tests.scores.keys import KEYS
from tests.scores.tally import FEW, Result, falls, figures, tally

ROOT = Path(__file__).parent.parent.parent
RULES = [*(ROOT / "workers" / "inbound").rglob("*.py"), *(ROOT / "workers" / "inbound").rglob("*.txt")]


def results(passed: int, total: int, key: str = "subject", basis: str = "source") -> list[Result]:
    return [Result(("a", "ham", key, basis), f"{n}.eml", "x", "y", n < passed) for n in range(total)]


def test_a_fall_is_seen_where_the_cases_are_the_same() -> None:
    before = figures(tally(results(5, 9)))
    assert falls(before, figures(tally(results(4, 9)))) == ["a, subject: 5 of 9 before, 4 now"]
    assert falls(before, figures(tally(results(5, 9)))) == []
    assert falls(before, figures(tally(results(1, 8)))) == []


def test_derived_cases_are_counted_apart_and_few_give_no_rate() -> None:
    scores = tally(results(3, FEW - 1) + results(3, FEW, basis="derived"))
    rows = {row["basis"]: row for row in (score.row() for score in scores)}
    assert rows["source"]["rate"] is None
    assert rows["derived"]["rate"] == 3 / FEW
    assert len(rows["derived"]["misses"]) == FEW - 3
    assert set(figures(scores)["a"]) == {"subject", "subject (derived)"}


def folder(place: Path, subject: str = "Hello") -> Path:
    (place / "made").mkdir()
    (place / "made" / "one.eml").write_bytes(b"From: a@b.test\r\nSubject: Hello\r\n\r\nHi\r\n")
    told = {"source": "us", "basis": "source", "expects": {"subject": subject, "is_bounce": False, "reply_text": "Hi"}}
    (place / "made" / "one.eml.json").write_text(json.dumps(told))
    (place / "MANIFEST.tsv").write_text(
        "path\tsource\tlicence\tcategory\thas_expectations\nmade/one.eml\tus\tours\tham\t1\n"
    )
    return place


@pytest.mark.parametrize(("subject", "passed"), [("Hello", 1), ("Goodbye", 0)])
def test_any_folder_of_the_shape_is_scored(subject: str, passed: int, tmp_path: Path) -> None:
    (case,) = cases.read(folder(tmp_path, subject))
    judged = {key: found.passed for key, judge in KEYS.items() if (found := judge(case))}
    assert judged == {"subject": bool(passed), "is_bounce": True, "reply_text": True, "reply_text_kept": True}
    assert (case.source, case.category, case.basis) == ("made", "ham", "source")


def test_what_was_read_off_the_mail_is_derived_though_the_rest_is_stated(tmp_path: Path) -> None:
    place = folder(tmp_path) / "made" / "one.eml.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"basis": "mixed: is_bounce read off the subject"}))
    found = {one.group[2]: one.group[3] for one in command._results(tmp_path, ["subject", "is_bounce"])}
    assert found == {"subject": "source", "is_bounce": "derived"}


def test_each_miss_says_why(tmp_path: Path) -> None:
    (case,) = cases.read(folder(tmp_path, "Help"))
    judged = KEYS["subject"](case)
    assert judged
    assert reasons.reason(case, "subject", judged) == "they part at character 3: 'p' and 'lo'"
    (result,) = [one for one in command._results(tmp_path, ["subject"]) if not one.passed]
    assert result.why.startswith("they part")


CHAIN = {1: (), 2: (1,), 3: (2,), 4: (3,), 5: ()}  # a mail to those it cites


@pytest.mark.parametrize(("level", "passed"), [(0, 6), (1, 0)])
def test_mails_come_to_the_tickets_that_are_stated_in_any_order(level: int, passed: int, tmp_path: Path) -> None:
    """Each order is one case, and each key; a statement that is not so is missed."""
    (tmp_path / "made").mkdir()
    tree = [{"level": int(bool(CHAIN[n])), "message_id": f"{n}@x.test"} for n in CHAIN]
    tree[-1]["level"] = level
    for number, cited in CHAIN.items():
        references = " ".join(f"<{one}@x.test>" for one in cited)
        head = f"From: c{number}@x.test\r\nMessage-ID: <{number}@x.test>\r\nReferences: {references}\r\n\r\nHi\r\n"
        (tmp_path / "made" / f"{number}.eml").write_text(head, newline="")
        told = {"source": "us", "basis": "source", "expects": {"thread_tree": tree}}
        (tmp_path / "made" / f"{number}.eml.json").write_text(json.dumps(told))
    found = list(threads.results(cases.read(tmp_path)))
    assert (sum(one.passed for one in found), len(found)) == (passed, 6)
    assert all(one.passed or one.why.startswith("by what they cite, 2.eml hangs on 1.eml") for one in found)


def test_the_last_figures_name_no_mail() -> None:
    kept = json.loads(command.LAST.read_text())
    assert all(isinstance(count, int) for keys in kept.values() for pair in keys.values() for count in pair)
    assert ".eml" not in command.LAST.read_text()


def test_no_rule_knows_an_address_or_a_digest() -> None:
    tables = [path for path in RULES if path.suffix == ".txt"]
    assert tables
    assert [path.name for path in tables if re.search(r"\w@\w|[0-9a-f]{16}", path.read_text())] == []


@pytest.mark.skipif(corpus.FOLDER is None, reason="POSTERN_CORPUS is not set")
def test_no_rule_mentions_a_mail_of_the_corpus() -> None:
    assert corpus.FOLDER
    text = "\n".join(path.read_text().lower() for path in RULES)
    known = {piece for case in cases.read(corpus.FOLDER) for piece in _telling(case)}
    assert [piece for piece in sorted(known) if piece in text] == []


def _telling(case: cases.Case) -> set[str]:
    """File name, digest and addresses of a case."""
    name = Path(case.name).name.partition(".")[0].lower()
    people = [
        one
        for key in ("failed_recipients", "from", "to")
        for one in re.findall(r"[\w.+-]+@[\w.-]+", str(case.expects.get(key)))
    ]
    return {piece.lower() for piece in (name, *people) if len(piece) > 9 and re.search(r"[\d@]", piece)}
