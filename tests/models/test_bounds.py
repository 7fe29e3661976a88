"""Bounds: how they are written, and an organization's own beside the defaults."""

import pytest

from models.bounds import DEFAULTS, Bound, chosen, read
from models.rate_limit import Counted, LimitedAction

TICKETS_OF_ONE = (LimitedAction.TICKET_CREATE, Counted.EMAIL)


@pytest.mark.parametrize(
    ("written", "bound"),
    [("20/hour", Bound(20, "hour")), ("1/minute", Bound(1, "minute")), ("300/day", Bound(300, "day")), ("off", None)],
)
def test_as_it_is_written(written: str, bound: Bound | None):
    assert read(written) == bound
    assert str(bound) == written or bound is None


@pytest.mark.parametrize("written", ["", "20", "0/hour", "-1/hour", "20/week", "20 /hour", "1234567890/day", "none"])
def test_what_is_none(written: str):
    with pytest.raises(ValueError, match="is no bound such as"):
        read(written)


def test_each_default_can_be_read_and_is_there():
    assert chosen({}) == {(action, who): read(said) for action, row in DEFAULTS.items() for who, said in row.items()}


@pytest.mark.parametrize(
    ("limits", "bound"),
    [
        ({"ticket_create": {"email": "5/day"}}, Bound(5, "day")),
        ({"ticket_create": {"email": "off"}}, None),
        ({"ticket_create": {"email": "nonsense"}}, Bound(20, "hour")),
        ({"ticket_create": {"email": 5}}, Bound(20, "hour")),
        ({"ticket_create": "off"}, Bound(20, "hour")),
        ({"message_send": {"email": "off"}}, Bound(20, "hour")),
        ("off", Bound(20, "hour")),
        (None, Bound(20, "hour")),
    ],
)
def test_an_organization_has_its_own_and_what_nobody_can_read_counts_for_nothing(limits: object, bound: Bound | None):
    assert chosen({"limits": limits}).get(TICKETS_OF_ONE) == bound
