"""What the screens look at: who calls, as far as a mail tells, and what an organization has against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from models.networks import embedded, network_of, speaks_for_many
from models.rate_limit import Counted, LimitedAction
from models.verification import UNKNOWN

LABELS = 6  # of a domain, from its end; nobody blocks what is deeper

Key = tuple[LimitedAction, Counted, str]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who hands a mail in: all of it is claimed but the peer.

    Attributes:
        address: the From, else the return path, '' if there is neither; in lower case.
        path: the return path in lower case.
        peer: address of the client, IPv4 written as IPv4, '' if nobody handed it in.
    """

    address: str
    path: str
    peer: str

    @property
    def domain(self) -> str:
        """Of the address."""
        return self.address.rpartition("@")[2]

    @property
    def suspects(self) -> tuple[str, ...]:
        """Values of `blocked_senders` that would mean this caller, networks apart."""
        both = [one for one in dict.fromkeys((self.address, self.path)) if "@" in one]
        return (*both, *(above for one in both for above in _above(one.rpartition("@")[2])))

    @property
    def counted(self) -> tuple[tuple[Counted, str], ...]:
        """Under which names its mails are counted, the organization apart; a relay of our own speaks for many."""
        by_name = ((Counted.EMAIL, self.address), (Counted.DOMAIN, self.domain))
        return (*(one for one in by_name if one[1]), *_places(self.peer))


@dataclass(frozen=True, slots=True)
class Decided:
    """A limit that was decided once: whether it still stands, and why.

    `since` is when it was last changed: what comes after that is counted anew.
    """

    stands: bool
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What is known for the screens of one batch; the dictionaries grow while it is planned.

    Attributes:
        policies: of the organization's settings.
        blocked: (kind, value) of the blocked senders among the callers, with the reason.
        decided: limits of the callers, by what is counted.
        over: mails that are held for a limit, with the reason.
        floods: mails that open one ticket too many, with the reason.
        asked: addresses that have not answered our question yet.
        unasked: mails whose sender cannot be asked now, with the reason.
        latest: (requester, mailbox) to the last ticket of theirs that was opened.
    """

    policies: Mapping[str, Any] = field(default_factory=dict)
    blocked: Mapping[tuple[str, str], str] = field(default_factory=dict)
    decided: Mapping[Key, Decided] = field(default_factory=dict)
    over: dict[UUID, str] = field(default_factory=dict)
    floods: dict[UUID, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    unasked: dict[UUID, str] = field(default_factory=dict)
    latest: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)

    @property
    def verifies(self) -> bool:
        """Whether the organization wants unknown senders to show that they can be written to."""
        return self.policies.get("verification") == UNKNOWN


@dataclass(frozen=True, slots=True)
class Question:
    """A letter that asks an unknown sender, as a row of the outbox, and what is kept of its token."""

    letter: dict[str, Any]
    kept: dict[str, Any]


def caller(address: str, path: str, peer: str) -> Caller:
    """Who calls.

    Args:
        address: of From, '' if it is not beyond doubt.
        path: the return path.
        peer: as the ledger has it, '' for none.
    """
    path = path.lower()
    return Caller(address.lower() or path, path, _plain(peer))


def asked(org: UUID, callers: Sequence[Caller]) -> dict[str, list[str]]:
    """Parameters of the facts by which the screens' rows are found, each value once.

    Args:
        org: the organization.
        callers: of a batch.
    """
    counted = {(Counted.ORGANIZATION, str(org)), *(one for caller in callers for one in caller.counted)}
    return {
        "suspects": sorted({one for caller in callers for one in caller.suspects}),
        "peers": sorted({caller.peer for caller in callers if caller.peer}),
        "counted": [kind for kind, _ in sorted(counted)],
        "identifiers": [identifier for _, identifier in sorted(counted)],
    }


def read(row: Mapping[str, Any]) -> Screening:
    """What the column `screening` of the facts says."""
    return Screening(
        policies=row["policies"] or {},
        blocked={(kind, value): reason or "" for kind, value, reason in row["blocked"]},
        decided={
            (LimitedAction(action), Counted(who), name): Decided(stands, since, reason or "")
            for action, who, name, stands, since, reason in row["decided"]
        },
        asked=set(row["asked"] or ()),
    )


def _places(peer: str) -> tuple[tuple[Counted, str], ...]:
    if not peer or speaks_for_many(peer):
        return ()
    return ((Counted.IP, peer), (Counted.NETWORK, network_of(peer)))


@lru_cache(maxsize=4096)
def _plain(peer: str) -> str:
    return str(embedded(ip_address(peer))) if peer else ""


def _above(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(0, len(labels) - LABELS), len(labels)))
