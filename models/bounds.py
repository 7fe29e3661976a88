"""How often who may do what: generous bounds for every organization, and its own instead where it has set some."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.rate_limit import Counted, LimitedAction

PERIODS = {"minute": 60, "hour": 3600, "day": 86_400}
OFF = "off"
_WRITTEN = re.compile(r"([1-9][0-9]{0,8})/(minute|hour|day)")

# Who writes by hand stays far below, and so does a monitor on a bad day; beyond, something runs in circles. A domain or
# a network may be that of a large provider, where many people write from.
DEFAULTS: dict[LimitedAction, dict[Counted, str]] = {
    LimitedAction.TICKET_CREATE: {
        Counted.EMAIL: "20/hour",
        Counted.IP: "2000/hour",
        Counted.NETWORK: "4000/hour",
        Counted.DOMAIN: "4000/hour",
        Counted.ORGANIZATION: "100000/hour",
    },
    LimitedAction.MESSAGE_SEND: {
        Counted.EMAIL: "200/hour",
        Counted.IP: "5000/hour",
        Counted.NETWORK: "10000/hour",
        Counted.DOMAIN: "10000/hour",
        Counted.ORGANIZATION: "200000/hour",
    },
    LimitedAction.EMAIL_VERIFY: {
        Counted.EMAIL: "3/hour",
        Counted.IP: "100/hour",
        Counted.NETWORK: "200/hour",
        Counted.DOMAIN: "100/hour",
        Counted.ORGANIZATION: "1000/hour",
    },
}


@dataclass(frozen=True, slots=True)
class Bound:
    """So many times within a period, which slides."""

    most: int
    period: str

    @property
    def seconds(self) -> int:
        """Length of the period."""
        return PERIODS[self.period]

    def __str__(self) -> str:
        """As it is written in settings."""
        return f"{self.most}/{self.period}"


Bounds = Mapping[tuple[LimitedAction, Counted], Bound]


def read(written: str) -> Bound | None:
    """A bound such as `20/hour`; None is `off`, no bound at all.

    Raises:
        ValueError: it is neither.
    """
    if written == OFF:
        return None
    if not (found := _WRITTEN.fullmatch(written)):
        raise ValueError(f"{written!r} is no bound such as 20/hour (or /minute, /day), nor `{OFF}`")
    return Bound(int(found[1]), found[2])


def chosen(policies: Mapping[str, Any]) -> Bounds:
    """The bounds of an organization: its own, and the defaults for what it says nothing (or nothing readable) about.

    Args:
        policies: of `organization_settings`; `limits` there maps action to who to bound.
    """
    own = policies.get("limits")
    bounds = {}
    for action, row in DEFAULTS.items():
        said = own.get(action) if isinstance(own, dict) else None
        for who, usual in row.items():
            bound = _readable(said.get(who) if isinstance(said, dict) else None, usual)
            if bound:
                bounds[action, who] = bound
    return bounds


def _readable(said: object, usual: str) -> Bound | None:
    try:
        return read(said if isinstance(said, str) else usual)
    except ValueError:
        return read(usual)
