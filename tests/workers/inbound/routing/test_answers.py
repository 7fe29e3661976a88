"""Answers to the lines that a letter asks by, wherever mail programs leave them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.routing.answers import read
from workers.inbound.routing.questions import Question, question


def asked(key: str, label: str, kind: str, *options: str, **rules: Any) -> Question:
    listed = [{"value": one, "label": one.title()} for one in options]
    row = {"key": key, "label": label, "type": kind, "options": listed, "validation_rules": rules, "shown": []}
    found = question(row)
    assert found
    return found


ORDER = asked("order", "Order number", "number", integer=True)
COLOUR = asked("colour", "Colour", "select", "red", "dark blue")
STORY = asked("story", "What happened:", "textarea")
QUESTIONS = (ORDER, COLOUR, STORY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Order number (a whole number): 4711", {"order": "4711"}),
        ("order number: 4711", {"order": "4711"}),
        ("*Order number*: 4711", {"order": "4711"}),
        ("Order number (a whole number):\n4711", {"order": "4711"}),
        ("Order number:\n\nIf you wish to add anything", {}),
        ("> Order number (a whole number): 4711", {"order": "4711"}),
        (
            "> Order number (a whole number):\n4711\n> Colour (one of Red, Dark Blue):\nred",
            {"order": "4711", "colour": "red"},
        ),
        ("> Order number (a whole number):\n\n4711\n\n>\n> Colour: red", {"order": "4711", "colour": "red"}),
        ("> Order number (a whole number):\n>\n> Colour: red", {"colour": "red"}),
        ("> Order number:\n> If you wish to add anything", {}),
        (">> Order number:\n> 4711", {"order": "4711"}),
        ("Order number: 5\n> Order number: 4", {"order": "5"}),
        ("> > Order number: 4\n> Order number: 5", {"order": "5"}),
        ("Order number: 5\nOrder number: 6", {"order": "5"}),
        ("Colour: red\nOrder number:\nColour: blue", {"colour": "red"}),
        ("What happened: It fell\nand broke.\n\nBye", {"story": "It fell\nand broke."}),
        ("> What happened:\nIt fell\nand broke.\n\nBye", {"story": "It fell\nand broke."}),
        ("Colour\uff1a red", {"colour": "red"}),
        ("My order number is 4711", {}),
        ("Order numbers: 4711", {}),
        ("", {}),
    ],
)
def test_answers(text: str, found: dict[str, str]):
    assert {one.question.key: one.said for one in read(text, QUESTIONS)} == found


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("number", "4711", 4711),
        ("number", "3,5", 3.5),
        ("number", "1 000", 1000),
        ("number", "many", "many"),
        ("number", "1e999999999", "1e999999999"),
        ("number", "NaN", "NaN"),
        ("boolean", "Yes.", True),
        ("boolean", "nein", False),
        ("boolean", "perhaps", "perhaps"),
        ("date", "2026-11-30", "2026-11-30"),
        ("date", "1.2.2026", "2026-02-01"),
        ("date", "soon", "soon"),
        ("select", "Dark BLUE", "dark blue"),
        ("select", "green", "green"),
        ("multiselect", "red, dark blue", ["red", "dark blue"]),
        ("text", "plain", "plain"),
    ],
)
def test_what_an_answer_means(kind: str, said: str, value: object):
    found = asked("k", "K", kind, "red", "dark blue").value(said)
    assert (found, type(found)) == (value, type(value))


def test_what_names_our_rows_is_not_asked_by_mail():
    row: dict[str, Any] = {"key": "k", "label": "K", "type": "file", "options": [], "validation_rules": {}, "shown": []}
    assert question(row) is None
    fair = question(row | {"type": "dropdown_dynamic_event"}, [("1", "Fair"), ("2", "Gala")])
    assert fair
    assert (fair.line, fair.value("gala"), fair.value("2"), fair.value("Ball")) == (
        "K (one of Fair, Gala):", "2", "2", "Ball",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("required", "problem", "text", "counts"),
    [
        (True, "", "> Street: Elm", True),
        (False, "", "> Street: Elm", False),
        (False, "", "Street: Elm", True),
        (True, "is too short", "Street: Elm", False),
    ],
)
def test_what_is_quoted_answers_only_what_was_asked(required: bool, problem: str, text: str, counts: bool):
    (answer,) = read(text, [replace(asked("street", "Street", "text"), required=required)])
    assert replace(answer, problem=problem).counts is counts


def test_a_label_may_have_letters_that_become_longer_when_cases_are_folded():
    (answer,) = read("straße: Elm", [asked("street", "Straße", "text")])
    assert answer.said == "Elm"


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (ORDER, "Order number (a whole number):"),
        (COLOUR, "Colour (one of Red, Dark Blue):"),
        (STORY, "What happened:"),
        (asked("k", "Old\nenough?", "boolean"), "Old enough? (yes or no):"),
    ],
)
def test_the_line_that_asks(made: Question, line: str):
    assert made.line == line


WORDS = st.text("abc 123,.", min_size=1, max_size=20).map(lambda said: " ".join(said.split())).filter(bool)


@given(WORDS, st.integers(0, 3), st.booleans())
def test_what_is_typed_behind_or_below_the_line_is_found(said: str, depth: int, below: bool):
    quote = "> " * depth
    text = f"{quote}{ORDER.line}\n{said}" if below else f"{quote}{ORDER.line} {said}"
    (found,) = read(f"Hello\n\n{text}\n{quote}\nBye", QUESTIONS)
    assert found.said == said


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str):
    assert len(read(text.replace("a", "Order number:"), QUESTIONS)) <= len(QUESTIONS)
