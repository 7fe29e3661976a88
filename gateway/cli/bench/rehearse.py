"""How fast a rule is tried on the mails of a long time, against a loop that only reads them; and in how much memory."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from hashlib import sha256
from statistics import mean
from time import perf_counter
from typing import Any

from sqlalchemy import text

from gateway.cli import find, rehearsing, ruling
from gateway.cli.bench import processor, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import RATE, Measure, cost
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.problems import Problem
from models.base import uuid7
from models.database import transaction

AT_ONCE = 500  # mails in one insert
DAYS = 1
_STORED = text(
    "INSERT INTO raw_mail (org_id, id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol,"
    "  stage, attempts, trace, processed_at)"
    " SELECT :org, m.id, :mailbox, m.digest, m.content, length(m.content), m.sender, ARRAY[CAST(:address AS text)],"
    "  '127.0.0.1', 'client.example.net', 'esmtp', 'filed', 1,"
    '  \'[{"step": "thread", "verdict": "new ticket", "reason": "it cites no mail"}]\', now()'
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:digests AS bytea[]), CAST(:contents AS bytea[]),"
    "  CAST(:senders AS text[])) AS m (id, digest, content, sender)"
)


def measure(scene: Stage, effort: Effort) -> Iterator[Measure]:
    """The rate, and what memory it took besides.

    Args:
        scene: running servers.
        effort: how much.

    Raises:
        Problem: not every mail was looked at.
    """
    del scene
    (owner,) = stage.tenants(1)
    _fill(owner, effort.rehearsed)
    org = next(one for one in find.organizations() if one.id == owner.org)
    before, bare = processor.memory(os.getpid()), [_bare(org, effort.rehearsed)]
    used = _used()
    ours = _rehearsed(org, effort.rehearsed)
    used = (_used() - used) / effort.rehearsed * 1e6
    bare.append(_bare(org, effort.rehearsed))
    theirs = effort.rehearsed / mean(bare)
    name = f"rehearse: a rule on {effort.rehearsed:,} stored mails"
    yield Measure(name, round(ours, 1), RATE, round(theirs, 1), round(ours / theirs, 3))
    yield cost(f"{name}: CPU of the desk with its sandbox", used)
    if processor.known():
        yield cost("rehearse: memory that it took besides", (processor.memory(os.getpid()) - before) / 1e6, unit="MB")


def _used() -> float:
    """Processor seconds so far of this process and of its children that have ended, as the sandbox has by then."""
    return sum(os.times()[:4])


def _fill(owner: Tenant, count: int) -> None:
    maker = Maker(21)
    for start in range(0, count, AT_ONCE):
        mails = [maker.mixed(owner.address, place) for place in range(start, min(start + AT_ONCE, count))]
        said: dict[str, Any] = {
            "org": owner.org,
            "mailbox": owner.mailbox,
            "address": owner.address,
            "ids": [uuid7() for _ in mails],
            "digests": [sha256(one.content).digest() for one in mails],
            "contents": [one.content for one in mails],
            "senders": [one.sender for one in mails],
        }
        with transaction(owner.org, login="admin") as connection:
            connection.execute(_STORED, said)


def _rehearsed(org: find.Org, count: int) -> float:
    asked = dict.fromkeys(ruling.Asked.__slots__) | {"every": ["text contains invoice"], "priority": "high"}
    found = rehearsing.rehearsed(org, "Invoices", ruling.Asked(**asked), DAYS)
    if (found["mails"], found["unread"]) != (count, 0) or not 0 < found["holds"] <= count:
        raise Problem(f"only {found['mails'] - found['unread']} of {count} mails were looked at")
    rate: float = found["mails"] / found["seconds"]
    return rate


def _bare(org: find.Org, count: int) -> float:
    """Seconds that a loop takes which reads the same rows and parses them with the standard library."""
    began, seen = perf_counter(), 0
    for portion in rehearsing.stored(org, datetime.now(UTC) - timedelta(days=DAYS)):
        for mail in portion:
            message_from_bytes(mail.content).get_payload()
        seen += len(portion)
    if seen != count:
        raise Problem(f"only {seen} of {count} mails were read")
    return perf_counter() - began
