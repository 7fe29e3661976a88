"""How the conditions of a rule are written, and what is wrong with those that are not.

`{"all": […], "any": […], "not": […]}`: all of the first hold, one of the second, none of the third; a list that is not
there asks nothing. In the lists stand tests, `{"field": …, "op": …, "value": …}`, and further such groups; a custom
field is asked for as `field:` with its key.
"""

import re
from enum import StrEnum
from typing import Any, TypeVar

from workers.inbound.routing.conditions import Group, Op, Test, checks
from workers.inbound.routing.said import CUSTOM, Field

DEEPEST = 5  # groups in groups
MOST_TESTS = 100
MOST_VALUES = 1_000
LONGEST_VALUE = 200
_LISTS = ("all", "any", "not")
_KEY = re.compile("[a-z][a-z0-9_]{0,62}")  # as `field_definitions` has it

Word = TypeVar("Word", bound=StrEnum)


class Unclear(ValueError):  # noqa: N818  it reads as the sentence it carries
    """What was written are no conditions; the sentence says where and why."""


def read(written: object) -> Group:
    """Understand conditions.

    Args:
        written: as in `routing_rules.conditions`.

    Raises:
        Unclear: they are none; the sentence says where and why.
    """
    found = _group(written, "conditions", 1)
    if (count := _tests(found)) > MOST_TESTS:
        raise Unclear(f"conditions: {count} tests are too many for one rule; {MOST_TESTS} are allowed")
    return found


def _tests(one: Test | Group) -> int:
    return 1 if isinstance(one, Test) else sum(map(_tests, (*one.all, *one.any, *one.none)))


def _group(written: object, place: str, depth: int) -> Group:
    if not isinstance(written, dict):
        raise Unclear(f"{place}: write an object with lists under all, any or not")
    if unknown := [name for name in written if name not in _LISTS]:
        raise Unclear(f"{place}: {unknown[0]!r} is none of all, any, not")
    if depth > DEEPEST:
        raise Unclear(f"{place}: groups go {DEEPEST} deep and no deeper")
    return Group(*(_list(written, name, place, depth) for name in _LISTS))


def _list(written: dict[str, Any], name: str, place: str, depth: int) -> tuple[Test | Group, ...]:
    if name not in written:
        return ()
    found = written[name]
    if not isinstance(found, list) or not found:
        raise Unclear(f"{place}.{name}: write a list of tests, or leave it out")
    return tuple(_one(one, f"{place}.{name}[{number}]", depth) for number, one in enumerate(found))


def _one(written: object, place: str, depth: int) -> Test | Group:
    if isinstance(written, dict) and "field" in written:
        return _test(written, place)
    return _group(written, place, depth + 1)


def _test(written: dict[str, Any], place: str) -> Test:
    if set(written) != {"field", "op", "value"}:
        raise Unclear(f"{place}: a test has field, op and value, and nothing else")
    about, op = _about(written["field"], f"{place}.field"), _word(Op, written["op"], f"{place}.op")
    values = _values(written["value"], f"{place}.value")
    if about == Field.TIME and op is not Op.IN:
        raise Unclear(f"{place}.op: a time is asked for with 'in', as in mon-fri 08:00-17:30")
    try:
        return Test(about, op, values, checks(about, op, values))
    except ValueError as error:
        raise Unclear(f"{place}.value: {error}") from error


def _about(written: object, place: str) -> str:
    if isinstance(written, str) and written.startswith(CUSTOM):
        if not _KEY.fullmatch(written.removeprefix(CUSTOM)):
            raise Unclear(f"{place}: {written!r} names no custom field; write {CUSTOM} and its key")
        return written
    return _word(Field, written, place, f", or {CUSTOM} with the key of a custom one")


def _word(words: type[Word], written: object, place: str, more: str = "") -> Word:
    for word in words:
        if word == written:
            return word
    raise Unclear(f"{place}: {written!r} is none of {', '.join(words)}{more}")


def _values(written: object, place: str) -> tuple[str, ...]:
    listed = written if isinstance(written, list) else [written]
    if not listed or len(listed) > MOST_VALUES:
        raise Unclear(f"{place}: give a text, or from 1 to {MOST_VALUES} of them")
    for one in listed:
        if not isinstance(one, str) or not one.strip():
            raise Unclear(f"{place}: {one!r} is no text to look for")
        if len(one) > LONGEST_VALUE:
            raise Unclear(f"{place}: {one[:20]!r}… is longer than {LONGEST_VALUE} characters")
    return tuple(listed)
