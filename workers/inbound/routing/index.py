"""Rules by what a mail must say for them to hold, so that of very many only a few are looked at for each mail.

What several rules ask alike is asked once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workers.inbound.routing import pattern
from workers.inbound.routing.conditions import TEXTS, YES, Check, Group, Op, Test
from workers.inbound.routing.said import CUSTOM, Field, Said

Places = dict[str, dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class _Door:
    """What a mail must say at least: one of some values, or of some words, of a field; none is anything at all."""

    about: str
    values: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


class Index:
    """Conditions in their order.

    Args:
        groups: of the rules.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self._checks: list[Check] = []
        self._always: list[int] = []
        self._values: Places = {}
        self._words: Places = {}
        self._there: dict[str, list[int]] = {}
        self._asked: dict[Test, list[int]] = {}
        for group in groups:
            self._add(group)

    def holding(self, said: Said) -> list[int]:
        """The places of those that hold for a mail, in their order."""
        places = self._always.copy()
        for about, by_value in self._values.items():
            for value in said.values[about]:
                places += by_value.get(value, ())
        for about, by_word in self._words.items():
            for word in by_word.keys() & said.vocabulary[about]:
                places += by_word[word]
        for about, found in self._there.items():
            places += found if said.values[about] else ()
        for test, found in self._asked.items():
            places += found if test.check(said) else ()
        return [place for place in sorted(set(places)) if self._checks[place](said)]

    def _add(self, group: Group) -> None:
        place = len(self._checks)
        self._checks.append(group.check)
        tests = [one for one in group.all if isinstance(one, Test)]
        door = next(filter(None, map(_door, tests)), None)
        if door is None and tests:
            self._asked.setdefault(tests[0], []).append(place)
        elif door is None:
            self._always.append(place)
        elif door.values:
            _put(self._values, door.about, door.values, place)
        elif door.words:
            _put(self._words, door.about, door.words, place)
        else:
            self._there.setdefault(door.about, []).append(place)


def _put(places: Places, about: str, keys: Iterable[str], place: int) -> None:
    for key in keys:
        places.setdefault(about, {}).setdefault(key, []).append(place)


def _door(test: Test) -> _Door | None:
    if test.op in (Op.EQUALS, Op.IN) and test.about != Field.TIME:
        return _Door(test.about, values=frozenset(map(pattern.folded, test.values)))
    if test.op is Op.MATCHES and test.about in TEXTS:
        needed = [min(pattern.among_words(one).needs(), default="") for one in test.values]
        return _Door(test.about, words=frozenset(needed)) if all(needed) else None
    if test.about.startswith(CUSTOM) and (test.op is not Op.EXISTS or test.values == YES):
        return _Door(test.about)
    return None
