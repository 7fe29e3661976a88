"""What it takes to read among very many tickets: each question of desk and customers, with policies and without."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.bench import stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.measure import Measure, below, cost, p95
from gateway.cli.seeding import COMMENTS, fill
from gateway.cli.statements import statement
from models.base import uuid7
from models.database import transaction
from models.settings import Login, configure

GOAL = 100.0  # ms, the seeds' own
RATIO = 0.85
AT_ONCE = 100  # rows of the queue of words
PAGE = 20
_SEARCH = statement("search").text
_LIST = "SELECT list_org_tickets(CAST(:filters AS jsonb))"
_FILTERS = {
    "no filter": "{{}}", "priority": '{{"priority": ["high", "urgent"]}}', "stage": '{{"stage": "{stage}"}}',
    "status": '{{"status": ["open", "in_progress"]}}', "assignee": '{{"assignee": "{agent}"}}',
    "department": '{{"department": "{department}"}}', "tag": '{{"tag": "refund"}}',
    "type": '{{"requestType": "{kind}"}}',
    "text": '{{"text": "{word}"}}', "dates": '{{"createdFrom": "{opened}", "createdTo": "{active}"}}',
    "requester": '{{"requester": "{customer}"}}', "second page": '{{"after": "{active}_{ticket}"}}',
}  # fmt: skip
# Name → role and statement.
ASKED: dict[str, tuple[str, str]] = {
    "ticket details, agent": ("agent", "SELECT get_ticket_details(:ticket)"),
    "ticket details, customer": ("customer", "SELECT get_ticket_details(:ticket)"),
    **{f"list by {name}": ("agent", _LIST) for name in _FILTERS},
    "search, agent": ("agent", _SEARCH),
    "search, customer": ("customer", _SEARCH),
    "customer view": ("customer", "SELECT * FROM customer_tickets ORDER BY last_activity_at DESC LIMIT 50"),
    "dashboard of tickets": (
        "agent",
        "SELECT * FROM agent_tickets_seen WHERE status <> 'closed' ORDER BY last_activity_at DESC LIMIT 50",
    ),
    "dashboard of stages": ("admin", "SELECT * FROM workflow_stage_stats_seen"),
}
_KNOWN = text(
    "SELECT t.id AS ticket, t.created_by AS customer, t.assigned_to AS agent, t.current_stage_id AS stage,"
    " t.department_id AS department, t.request_type_id AS kind, t.created_at AS opened, t.last_activity_at AS active,"
    " substring(t.title FROM '\\w{5,}') AS word FROM tickets t WHERE t.assigned_to IS NOT NULL"
    " AND t.title ~ '\\w{5,}' ORDER BY md5(t.id::text) LIMIT :most"
)
_SAY = text(
    "INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, text)"
    " VALUES (:org, :id, :ticket, :agent, 'agent', 'It is being looked at.')"
)
_REFRESH, _INDEX = text("SELECT refresh_ticket_stats()"), text("SELECT index_words(:most)")


@dataclass(frozen=True, slots=True)
class _Subject:
    """A ticket that is asked about, with what its organization's filters are filled with."""

    org: UUID
    known: dict[str, object]

    def values(self, name: str) -> dict[str, object]:
        filters = _FILTERS.get(name.removeprefix("list by "), "{{}}").format(**self.known)
        return {"org": self.org, "filters": filters, "words": self.known["word"], "most": PAGE, **self.known}


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows of each question, of policies, of writing beside a refresh, on a server of its own; the last of a process.

    Args:
        effort: how much.
    """
    with stage.servers() as scene:
        yield from _fill(effort)
        subjects = _subjects(effort)
        # From here on the administrator of this process is the superuser, whom no policy binds.
        configure(data=scene.settings.data, database_url=scene.postgres.url("superuser"))
        spent = [0.0, 0.0]  # with policies, without
        for name in ASKED:
            taken = list[float]()
            for subject in subjects:
                taken.append(_ask(name, subject, "app"))
                spent[0] += taken[-1]
                spent[1] += _ask(name, subject, "admin")
            yield below(f"tables: {name}, p95", p95(taken), "ms", GOAL)
        ratio = round(spent[1] / spent[0], 3)
        each = [round(total / len(ASKED) / len(subjects), 3) for total in spent]
        name = "tables: all of it with policies, against without"
        yield Measure(name, each[0], "ms", each[1], ratio, RATIO, ratio >= RATIO)
        yield from _beside_a_refresh(subjects)


def _fill(effort: Effort) -> Iterator[Measure]:
    began = perf_counter()
    fill(effort.tickets, effort.organizations, lambda _: None)
    name = f"tables: seeding {effort.tickets:,} tickets with {effort.tickets * COMMENTS:,} comments, about"
    yield cost(name, perf_counter() - began, unit="s")
    began, more = perf_counter(), 1
    while more:
        with transaction() as connection:
            more = connection.execute(_INDEX, {"most": AT_ONCE}).scalar_one()
    yield cost("tables: making their words", perf_counter() - began, unit="s")
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner; ANALYZE ticket_words")
    with transaction() as connection:
        connection.execute(_REFRESH)


def _subjects(effort: Effort) -> list[_Subject]:
    found: list[_Subject] = []
    owners = find.organizations()
    for owner in owners:
        with transaction(owner.id, role="admin") as connection:
            rows = connection.execute(_KNOWN, {"most": effort.asked // len(owners) + 1}).mappings()
            found += [_Subject(owner.id, {k: _plain(v) for k, v in row.items()}) for row in rows]
    return Random(1).sample(found, min(effort.asked, len(found)))  # noqa: S311  nothing here is secret


def _plain(value: object) -> object:
    return value if isinstance(value, str) or value is None else str(value)


def _ask(name: str, subject: _Subject, login: Login) -> float:
    """Milliseconds of one question, in a transaction that is open.

    Args:
        name: of `ASKED`.
        subject: what it is about.
        login: `app`, or `admin` without policies.
    """
    role, query = ASKED[name]
    who = UUID(str(subject.known["customer" if role == "customer" else "agent"]))
    asked = text(query)
    values = {key: value for key, value in subject.values(name).items() if key in asked.compile().params}
    with transaction(subject.org, role=role, profile=who, login=login) as connection:
        began = perf_counter()
        connection.execute(asked, values).all()
        return (perf_counter() - began) * 1000


def _beside_a_refresh(subjects: Sequence[_Subject]) -> Iterator[Measure]:
    """Comments are written as fast as they can be while everything is counted anew."""
    with ThreadPoolExecutor(1) as pool:
        began = perf_counter()
        refreshing = pool.submit(_refresh)
        taken = [_write(subject) for subject in subjects]
        while not refreshing.done():
            taken += [_write(subject) for subject in subjects]
        refreshing.result()
        yield cost("tables: a refresh of both views, beside writing", perf_counter() - began, unit="s")
    yield below("tables: a comment written beside a refresh, p95", p95(taken), "ms", GOAL)


def _refresh() -> None:
    with transaction() as connection:
        connection.execute(_REFRESH)


def _write(subject: _Subject) -> float:
    began = perf_counter()
    with transaction(subject.org) as connection:
        values = {"org": subject.org, "id": uuid7(), "ticket": subject.known["ticket"], "agent": subject.known["agent"]}
        connection.execute(_SAY, values)
    return (perf_counter() - began) * 1000
