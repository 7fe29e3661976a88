"""A limit that is decided: kept in `rate_limits` until its period has passed, and told to the admins once."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping

from models.bounds import Bounds
from models.rate_limit import Counted, LimitedAction
from workers.inbound.facts import Facts
from workers.inbound.screening import Key
from workers.inbound.statements import statement

NOUNS = {
    LimitedAction.TICKET_CREATE: "new tickets",
    LimitedAction.MESSAGE_SEND: "mails",
    LimitedAction.EMAIL_VERIFY: "first mails",
}
NAMES = {
    Counted.EMAIL: "the address {}",
    Counted.DOMAIN: "the domain {}",
    Counted.IP: "the client {}",
    Counted.NETWORK: "the network {}",
    Counted.ORGANIZATION: "all senders together",
}
FOLDING = (LimitedAction.TICKET_CREATE, Counted.EMAIL)


def holding(keys: Iterable[Key]) -> frozenset[Key]:
    """Those limits over which a mail is held; others fold it into a ticket, or keep us from asking its sender."""
    return frozenset(key for key in keys if key[:2] != FOLDING and key[0] is not LimitedAction.EMAIL_VERIFY)


def reason(key: Key, facts: Facts, bounds: Bounds) -> str:
    """Why a mail is over a limit.

    Args:
        key: what was counted.
        facts: of the batch; a limit that was decided before keeps its reason.
        bounds: of the organization.
    """
    known = facts.screening.decided.get(key)
    return known.reason if known and known.stands else _reason(key, bounds)


def decide(connection: Connection, facts: Facts, bounds: Bounds, over: Iterable[Key]) -> None:
    """Keep limits that were exceeded, and tell the admins of those that did not stand yet.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        bounds: of the organization.
        over: what was counted beyond its bound.
    """
    said = {"org": facts.org, "limits": json.dumps([_row(key, bounds) for key in sorted(over)])}
    connection.execute(
        statement("limits_wait"), {"org": facts.org}
    )  # of two workers the second sees what the first did
    if fresh := connection.execute(statement("limits_decide"), said).mappings().all():
        notices = json.dumps([_notice(row) for row in fresh])
        connection.execute(statement("limits_tell"), {"org": facts.org, "notices": notices})


def _reason(key: Key, bounds: Bounds) -> str:
    action, who, name = key
    bound = bounds[action, who]
    article = "an" if bound.period == "hour" else "a"
    return f"more than {bound.most} {NOUNS[action]} within {article} {bound.period} from {NAMES[who].format(name)}"


def _row(key: Key, bounds: Bounds) -> dict[str, Any]:
    action, who, name = key
    bound = bounds[action, who]
    counted = {"attempts": bound.most + 1, "seconds": bound.seconds}
    return {"type": who, "identifier": name, "action": action, "reason": _reason(key, bounds), **counted}


def _notice(row: RowMapping) -> dict[str, Any]:
    name = NAMES[Counted(row["type"])].format(row["identifier"])
    title = f"Mails of {name} are held"
    if (row["action"], row["type"]) == FOLDING:
        title = f"New tickets of {name} go on in one"
    if row["action"] == LimitedAction.EMAIL_VERIFY:
        title = f"Unknown senders are not asked: {name}"
    return {"title": title, "content": {"text": f"There were {row['reason']}.", "until": row["until"]}}
