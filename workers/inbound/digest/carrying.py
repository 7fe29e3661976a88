"""Carrying out what an agent ordered by answering a digest: as `postern quarantine` and `postern spam train` do it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.raw_mail import Stage
from models.teaching import KEPT, Sort
from workers.inbound.digest.orders import Verb
from workers.inbound.mail import Mail
from workers.inbound.spam.learning import learn
from workers.inbound.spam.sight import look
from workers.inbound.spam.tokens import words_of

Reader = Callable[[Sequence[bytes]], list[Mail]]

MOST_BYTES = 8_388_608  # of a mail that is taught, and of all that are taught at once: others wait meanwhile
MOVES = {Verb.RELEASE: Stage.RECEIVED, Verb.DROP: Stage.DROPPED}
FROM = {Verb.RELEASE: (Stage.QUARANTINED, Stage.DROPPED), Verb.DROP: (Stage.QUARANTINED,)}
SORTS = {Verb.RELEASE: Sort.HAM, Verb.DROP: Sort.SPAM, Verb.SPAM: Sort.SPAM, Verb.HAM: Sort.HAM}
DONE = {
    Verb.RELEASE: "It is filed now: {}.",
    Verb.DROP: "It is not filed, and stays stored: {}.",
    Verb.SPAM: "It is learnt that it is spam: {}.",
    Verb.HAM: "It is learnt that it is none: {}.",
}
_LOCK = text("""
    SELECT r.id, r.stage, r.size, r.trace FROM raw_mail r
    WHERE r.org_id = :org AND r.id = ANY (:mails) AND r.content <> '' ORDER BY r.id FOR UPDATE
""")
_MOVE = text("""
    UPDATE raw_mail r SET
        stage = m.stage, leased_until = NULL, ring_at = now(),
        trace = r.trace || jsonb_build_array(
            jsonb_build_object('step', 'desk', 'verdict', m.stage, 'reason', CAST(:who AS text))),
        reason = CASE m.stage WHEN 'dropped' THEN r.reason END,
        attempts = CASE m.stage WHEN 'received' THEN 0 ELSE r.attempts END,
        processed_at = CASE m.stage WHEN 'dropped' THEN now() END
    FROM unnest(CAST(:mails AS uuid[]), CAST(:stages AS text[])) AS m (id, stage)
    WHERE r.org_id = :org AND r.id = m.id
""")
_READ = text("SELECT id, content, received_at FROM raw_mail WHERE org_id = :org AND id = ANY (:mails) ORDER BY id")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done and what could not be, a sentence each."""

    done: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def carry(
    connection: Connection, org: UUID, mails: Sequence[UUID], wanted: Mapping[int, Verb], who: str, read: Reader
) -> Outcome:
    """Do what is wanted with the mails of a digest.

    Args:
        connection: in the context of `org`, with role system; the caller commits all of it or nothing.
        org: the organization.
        mails: that the digest lists, the first is number 1.
        wanted: what is to be done, by number.
        who: orders it.
        read: reads mails, for what is to be learnt of them.
    """
    named = {number: mails[number - 1] for number in wanted}
    known = {row.id: row for row in connection.execute(_LOCK, {"org": org, "mails": list(named.values())})}
    found, problems = {}, []
    for number, verb in wanted.items():
        row = known.get(named[number])
        if row is None:
            problems.append(f"{number} is not there any more.")
        elif verb in FROM and row.stage not in FROM[verb]:
            problems.append(f"{number} is {'filed' if row.stage == Stage.FILED else row.stage} already.")
        else:
            found[number] = row
    _move(connection, org, {row.id: MOVES[wanted[one]] for one, row in found.items() if wanted[one] in MOVES}, who)
    sorts = {row.id: SORTS[wanted[one]] for one, row in found.items() if wanted[one] not in MOVES or _was_kept(row)}
    large = _teach(connection, org, {row.id: row for row in found.values()}, sorts, read)
    problems += [f"{one} is too large to learn from." for one, row in found.items() if row.id in large]
    kept = {one: wanted[one] for one, row in found.items() if wanted[one] in MOVES or row.id not in large}
    numbers = {verb: [str(one) for one, said in kept.items() if said is verb] for verb in Verb}
    return Outcome([DONE[verb].format(", ".join(some)) for verb, some in numbers.items() if some], problems)


def _was_kept(row: Any) -> bool:  # noqa: ANN401  as above
    return any(step["step"] == "spam" and (step["reason"] or "").startswith(KEPT) for step in row.trace)


def _move(connection: Connection, org: UUID, stages: Mapping[UUID, Stage], who: str) -> None:
    if stages:
        said = {"org": org, "mails": list(stages), "stages": list(stages.values()), "who": who}
        connection.execute(_MOVE, said)


def _teach(
    connection: Connection, org: UUID, rows: Mapping[UUID, Any], sorts: Mapping[UUID, Sort], read: Reader
) -> set[UUID]:
    """Teach what is not too large; the others."""
    room, large = MOST_BYTES, set[UUID]()
    for one in sorts:
        room -= rows[one].size
        if room < 0:
            room += rows[one].size
            large.add(one)
    stored = connection.execute(_READ, {"org": org, "mails": [one for one in sorts if one not in large]}).all()
    parsed = read([bytes(row.content) for row in stored])
    words = {row.id: words_of(look(mail, bytes(row.content))) for row, mail in zip(stored, parsed, strict=True)}
    for sort in Sort:
        some = {one: said for one, said in words.items() if sorts[one] is sort}
        if some:
            learn(connection, org, some, sort)
    return large
