"""Mails of one folder, delivered in order, reversed and shuffled: do they come to the tickets that their source states?

Twice: as mails that one customer writes, since only who takes part in a ticket is threaded onto it; and as an operator
imports them, by whoever their From says. What is filed is the journey's own plan, made without a database.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from models.base import uuid7
from models.profile import Role
from models.workflow import Status
from tests.scores.cases import ORG, Case
from tests.scores.judging import bare
from tests.scores.tally import Result
from workers.inbound import decide, imported
from workers.inbound.facts import Box, Facts, Person, Received
from workers.inbound.mail import Address
from workers.inbound.plan import Plan, add

LIVE, IMPORTED = "thread_partition", "thread_partition_imported"
KEYS = frozenset(("thread_tree", "thread_responses_in_order", "n_threads_in_folder"))  # what sources state
PROTOCOLS = {LIVE: "esmtp", IMPORTED: "import"}
US = "us@postern.test"
CUSTOMER = Address("Carol", "carol@customer.test")
_GROUP = re.compile(r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
Partition = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Folder:
    """The mails of one folder in order of their names, and the partition that is stated: by names, or only how many."""

    cases: tuple[Case, ...]
    stated: Partition | int


def results(cases: Iterable[Case], wanted: Sequence[str] = (LIVE, IMPORTED)) -> Iterator[Result]:
    """Three results for each folder that states a partition, and each key.

    Args:
        cases: of any folders.
        wanted: keys.
    """
    folders: dict[str, list[Case]] = {}
    for case in cases:
        folders.setdefault(case.name.rpartition("/")[0], []).append(case)
    for name, found in folders.items():
        folder = _folder([one for one in found if one.is_mail])
        if folder is None:
            continue
        for key in wanted:
            yield from _judged(name, folder, key)


def _folder(cases: list[Case]) -> Folder | None:
    """What the first mail that states anything says about all of them."""
    for case in cases:
        if "thread_tree" in case.expects:
            return Folder(tuple(cases), _of_tree(case.expects["thread_tree"], cases))
        if "thread_responses_in_order" in case.expects:
            return Folder(tuple(cases), _of_response(case.expects["thread_responses_in_order"][0], cases))
        if "n_threads_in_folder" in case.expects:
            return Folder(tuple(cases), int(case.expects["n_threads_in_folder"]))
    return None


def _of_tree(tree: Iterable[dict[str, object]], cases: Sequence[Case]) -> Partition:
    """Each row of level 0 begins a thread."""
    threads: list[set[str]] = []
    for row in tree:
        if not row["level"]:
            threads.append(set())
        threads[-1] |= {one.name for one in cases if bare(one.mail.message_id) == bare(row["message_id"])}
    return frozenset(frozenset(one) for one in threads if one)


def _of_response(response: str, cases: Sequence[Case]) -> Partition:
    """An answer to IMAP's THREAD (RFC 5256): one pair of brackets for each thread, numbers are places of mails."""
    groups = [[int(number) for number in re.findall(r"\d+", one)] for one in _GROUP.findall(response)]
    return frozenset(frozenset(cases[number - 1].name for number in one) for one in groups)


def _judged(name: str, folder: Folder, key: str) -> Iterator[Result]:
    shuffled = list(folder.cases)
    Random(name).shuffle(shuffled)
    orders = {"in order": folder.cases, "reversed": folder.cases[::-1], "shuffled": shuffled}
    group = (folder.cases[0].source, folder.cases[0].category, key, folder.cases[0].basis)
    for said, mails in orders.items():
        tickets = _delivered(mails, key)
        found = _told(folder.stated, tickets)
        right = folder.stated == found
        why = "" if right else f"by what they cite, {_edges(folder.cases)}"
        yield Result(group, f"{name} {said}", _shown(folder.stated), _shown(found), right, why)


def _told(stated: Partition | int, tickets: dict[str, UUID]) -> Partition | int:
    """What came of the mails that the statement is about, in its own form."""
    if isinstance(stated, int):
        return len(set(tickets.values()))
    named = {name for one in stated for name in one}
    return frozenset(frozenset(n for n in named if tickets[n] == ticket) for ticket in {tickets[n] for n in named})


def _shown(partition: Partition | int) -> str:
    if isinstance(partition, int):
        return f"{partition} tickets"
    return " | ".join(sorted(" ".join(sorted(name.rpartition("/")[2] for name in one)) for one in partition))


def _edges(cases: Sequence[Case]) -> str:
    """Which mail cites which, whatever order they come in: one ticket holds all that hang together by it."""
    names = {case.mail.message_id: case.name.rpartition("/")[2] for case in cases}
    cited = {names[case.mail.message_id]: [names[one] for one in case.mail.cited if one in names] for case in cases}
    return ", ".join(f"{name} hangs on {' and '.join(on)}" for name, on in cited.items() if on)


def _delivered(cases: Sequence[Case], key: str) -> dict[str, UUID]:
    """The ticket of each mail when all have come."""
    facts, plan = _nothing_known(), Plan()
    for case in cases:
        received = _received(case, next(iter(facts.boxes)), key)
        sender = received.mail.sender
        author = facts.people.get(sender.address.lower()) if sender else None
        judge = imported.decide if received.imported else decide.decide
        add(plan, received, author, judge(received, author, facts), facts)
    homes = {row["id"]: row["id"] for row in plan.tickets}
    homes |= {row["ticket_id"]: row["patch"].get("merged_into_id", row["ticket_id"]) for row in plan.updates.values()}
    filed = list(zip(cases, plan.done, strict=True))
    places = {row.get("comment_id"): row.get("ticket_id") for _, row in filed}
    for ring in plan.rings:
        places |= {comment.hex: ring.into.hex for comment in ring.comments}
    return {case.name: UUID(_home(places[row.get("comment_id")] or case.name, homes)) for case, row in filed}


def _home(ticket: str, homes: dict[str, str]) -> str:
    while (further := homes.get(ticket, ticket)) != ticket:
        ticket = UUID(further).hex
    return ticket


def _received(case: Case, box: UUID, key: str) -> Received:
    mail = case.mail if key == IMPORTED else replace(case.mail, sender=CUSTOMER, sender_note="as if")
    written = mail.sender.address if mail.sender else CUSTOMER.address
    now = datetime.now(UTC)
    return Received(uuid7(), box, written, (US,), now, 1, mail, case.content, PROTOCOLS[key])


def _nothing_known() -> Facts:
    box = Box(uuid7(), US, "Us", None, None, "normal")
    system, agent = (Person(uuid7(), name, "", role) for name, role in (("Us", Role.SYSTEM), ("Ann", Role.AGENT)))
    stages: dict[tuple[UUID | None, str], UUID] = {(None, status): uuid7() for status in Status}
    return Facts(ORG, system, {box.id: box}, (agent,), {}, frozenset(), stages)
