"""The conditions of a rule as values: tests and groups of them, whether they hold for a mail, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from workers.inbound.routing import hours, pattern
from workers.inbound.routing.said import CUSTOM, Field, Said

TEXTS = (Field.SUBJECT, Field.TEXT, Field.ATTACHMENTS)
YES, NO = ("yes",), ("no",)
_SHOWN = 3  # values of a test by which people know it

Check = Callable[[Said], bool]


class Op(StrEnum):
    """How a value is compared; letter case and kinds of blanks make no difference.

    `contains` anywhere, `starts` and `ends` as they say; `equals` and `in` the whole of it; `matches` a pattern with
    `*`: for subject, text and attachments found among their words, else the whole value. `exists` asks with `yes` or
    `no` whether there is any value. `time` knows `in` alone.
    """

    CONTAINS = "contains"
    EQUALS = "equals"
    STARTS = "starts"
    ENDS = "ends"
    MATCHES = "matches"
    IN = "in"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Test:
    """One question to a field, one of `Field` or a custom one; of several values one is enough."""

    about: str
    op: Op
    values: tuple[str, ...]
    check: Check = field(repr=False, compare=False)
    told: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Say it once: it is told of each mail for which it holds."""
        more = ", …" if len(self.values) > _SHOWN else ""
        told = f"{self.about} {self.op} {', '.join(map(repr, self.values[:_SHOWN]))}{more}"
        object.__setattr__(self, "told", told)

    def fields(self) -> frozenset[str]:
        """The keys of the custom fields it asks for."""
        return frozenset({self.about.removeprefix(CUSTOM)} if self.about.startswith(CUSTOM) else ())

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True, slots=True)
class Group:
    """Tests and groups together; one that asks nothing holds for every mail. `check` says whether it holds for one."""

    all: tuple["Test | Group", ...] = ()
    any: tuple["Test | Group", ...] = ()
    none: tuple["Test | Group", ...] = ()
    check: Check = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make it ready once: it is asked for each mail."""
        wanted, some, unwanted = ([one.check for one in part] for part in (self.all, self.any, self.none))
        object.__setattr__(self, "check", _together(wanted, some, unwanted))

    def why(self, said: Said) -> Iterator[str]:
        """What of it decided for a mail: the tests that hold, or else those for which it does not."""
        if self.check(said):
            yield from (line for one in (*self.all, *self.any) if one.check(said) for line in _because(one, said))
            yield from (f"not ({_named(one)})" for one in self.none)
            return
        yield from (f"{line} does not hold" for one in self.all if not one.check(said) for line in [_named(one)])
        yield from (f"{_named(one)} holds" for one in self.none if one.check(said))
        if self.any and not any(one.check(said) for one in self.any):
            yield f"none of {', '.join(map(_named, self.any))} holds"

    def fields(self) -> frozenset[str]:
        """The keys of the custom fields it asks for."""
        return frozenset(key for one in (*self.all, *self.any, *self.none) for key in one.fields())

    def __str__(self) -> str:
        said = [_named(one) for one in self.all]
        said += [f"({' or '.join(map(_named, self.any))})"] if self.any else []
        said += [f"not ({_named(one)})" for one in self.none]
        return " and ".join(said) or "every mail"


def _named(one: Test | Group) -> str:
    return str(one)


def _because(one: Test | Group, said: Said) -> Iterator[str]:
    if isinstance(one, Test):
        yield str(one)
    else:
        yield from one.why(said)


def _together(wanted: list[Check], some: list[Check], unwanted: list[Check]) -> Check:
    """All of the first, one of the second if there are any, none of the third."""
    if not wanted:
        return _further([], some, unwanted)
    first, *more = wanted
    if not more and not some and not unwanted:
        return first
    rest = _further(more, some, unwanted)
    return lambda said: first(said) and rest(said)  # for most mails and rules the first says no


def _further(wanted: list[Check], some: list[Check], unwanted: list[Check]) -> Check:
    def check(said: Said) -> bool:
        return (
            all(one(said) for one in wanted)
            and not any(one(said) for one in unwanted)
            and (not some or any(one(said) for one in some))
        )

    return check


def checks(about: str, op: Op, values: tuple[str, ...]) -> Check:
    """The question as a function of a mail.

    Raises:
        ValueError: a value cannot be looked for; the sentence says why.
    """
    if about in TEXTS and op is Op.MATCHES and (unsaid := [one for one in values if not _speaks(one)]):
        raise ValueError(f"{unsaid[0]!r} has no letter and no digit to look for")
    if op is Op.EXISTS:
        if values not in (YES, NO):
            raise ValueError("ask with yes or no whether there is a value")
        return lambda said: bool(said.values[about]) is (values == YES)
    if about == Field.TIME:
        spans = [hours.read(value) for value in values]
        return lambda said: any(span.holds(said.moment) for span in spans)
    if op is Op.MATCHES and about in TEXTS:
        return _among_words(about, [pattern.among_words(one) for one in values])
    fits = _fits(op, values)

    def check(said: Said) -> bool:
        for value in said.values[about]:  # noqa: SIM110  for each mail and rule
            if fits(value):
                return True
        return False

    return check


def _among_words(about: str, patterns: list[pattern.Pattern]) -> Check:
    asked = [(one.needs(), one.fits) for one in patterns]

    def check(said: Said) -> bool:
        known = said.vocabulary[about]
        return any(needs <= known and any(map(fits, said.words[about])) for needs, fits in asked)

    return check


def _fits(op: Op, values: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether one value of the field is what is asked for."""
    if op is Op.MATCHES:
        patterns = [pattern.whole(one) for one in values]
        return lambda value: any(one.fits(value) for one in patterns)
    wanted = tuple(map(pattern.folded, values))
    if op is Op.CONTAINS:
        return _contains(wanted)
    if op is Op.STARTS:
        return lambda value: value.startswith(wanted)
    if op is Op.ENDS:
        return lambda value: value.endswith(wanted)
    return frozenset(wanted).__contains__


def _contains(wanted: tuple[str, ...]) -> Callable[[str], bool]:
    if len(wanted) == 1:
        (only,) = wanted
        return lambda value: only in value
    return lambda value: any(one in value for one in wanted)


def _speaks(written: str) -> bool:
    return any(sign.isalnum() for sign in written)
