"""What rules, fields, hooks and screens cost a worker: it files for an organization with many and for one with none."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from gateway.cli.bench import processor, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.file import Side, turn
from gateway.cli.bench.mails import WORDS, Made, Maker
from gateway.cli.bench.measure import Measure, cost, rate
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.bench.store import Stored, store
from models.bounds import DEFAULTS, OFF
from models.database import transaction

RULES, FIELDS, BLOCKED = 200, 20, 200
WITH = f"{RULES} rules, {FIELDS} fields, 5 hooks and every screen"
_RULES = text(
    "INSERT INTO routing_rules (org_id, name, sort_order, conditions, priority, tags, assign_by, request_type_id)"
    " SELECT :org, r.name, r.place, r.conditions, r.priority, r.tags, r.assign_by,"
    "  (SELECT id FROM request_types WHERE org_id = :org AND name = 'Technical')"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    "  AS r (name text, place integer, conditions jsonb, priority text, tags text[], assign_by text)"
)
_FIELDS = text(
    "INSERT INTO field_definitions (org_id, key, label, type, is_required, validation_rules)"
    " SELECT :org, 'field_' || n, CASE n WHEN 0 THEN 'Order number' ELSE 'Field number ' || n END, 'text', n % 2 = 0,"
    '  \'{"pattern": "[A-Z][0-9]+"}\' FROM generate_series(0, CAST(:count AS integer) - 1) AS n'
)
_HOOKS = text(
    "INSERT INTO workflow_stage_hooks (org_id, stage_id, hook_type, config, position)"
    " SELECT :org, s.id, h.type, h.config, h.place FROM workflow_stages s,"
    "  (VALUES (1, 'priority', '{\"priority\": \"high\"}'::jsonb), (2, 'tag', '{\"add\": [\"new\"]}'),"
    '          (3, \'notification\', \'{"target_type": "org_admins", "message": "A ticket came."}\'),'
    '          (4, \'reply\', \'{"message": "Do you still need us?", "after_minutes": 1440}\'),'
    '          (5, \'notification\', \'{"target_type": "role", "target_role": "admin", "message": "See to it."}\')'
    "  ) AS h (place, type, config) WHERE s.org_id = :org AND s.is_start"
)
_BLOCKED = text(
    "INSERT INTO blocked_senders (org_id, kind, value, reason)"
    " SELECT :org, b.kind, b.value, 'spam' FROM generate_series(1, CAST(:count AS integer)) AS n,"
    "  LATERAL (VALUES ('address', 's' || n || '@bad.test'), ('domain', 'bad' || n || '.test'),"
    "                  ('network', '198.51.' || n || '.0/24')) AS b (kind, value)"
)
_KNOWN = text(
    "WITH people AS (INSERT INTO profiles (org_id, name, email, role)"
    "  SELECT :org, 'Customer', address, 'customer' FROM unnest(CAST(:senders AS text[])) AS address"
    "  RETURNING id, email)"
    " INSERT INTO profile_addresses (org_id, address, profile_id) SELECT :org, email, id FROM people"
    " ON CONFLICT DO NOTHING"
)
_POLICIES = text("UPDATE organization_settings SET policies = policies || CAST(:policies AS jsonb)")
_WITHOUT = {
    "limits": {action: dict.fromkeys(row, OFF) for action, row in DEFAULTS.items()},
    "spam": {"threshold": None},
    "verification": "off",
}


def measure(scene: Stage, effort: Effort) -> Iterator[Measure]:
    """Rows of the one against the other; their senders are known to both, since unknown ones would wait.

    Args:
        scene: running servers.
        effort: how much.

    Raises:
        Problem: not every mail became a ticket.
    """
    from workers.inbound import task  # noqa: PLC0415  it reads the settings, which the stage has just made

    others, owners = processor.children_of_ours(), stage.tenants(2)

    def worker(batch: Sequence[Stored]) -> None:
        task.receive([str(one.id) for one in batch])

    both = mails(owners, (effort.rounds + 1) * effort.filed)
    sides = [Side(worker, scene.postgres.pid, others) for _ in owners]
    for number in range(effort.rounds + 1):
        for side, owner, some in zip(sides, owners, both, strict=True):
            part = some[number * effort.filed : (number + 1) * effort.filed]
            turn(side, store([(owner, one) for one in part]), counts=number > 0)
    ours, theirs = sides
    name = f"routed: filing with {WITH}, of filing with none"
    yield rate(name, ours.rates, theirs.rates)
    if processor.known():
        yield cost(f"{name}: CPU of the worker", ours.cost(0), theirs.cost(0))
        yield cost(f"{name}: CPU of PostgreSQL", ours.cost(1), theirs.cost(1))


def mails(owners: Sequence[Tenant], count: int) -> list[list[Made]]:
    """The same mails to two organizations, of which the first gets all that there is to furnish, the other nothing.

    Args:
        owners: both, new.
        count: mails for each; their senders are known to it.
    """
    found = []
    for owner, furnished in zip(owners, (True, False), strict=True):
        maker = Maker(20)
        found.append([_mail(maker, owner, place) for place in range(count)])
        with transaction(owner.org) as connection:
            _furnish(connection, owner, [one.sender for one in found[-1]], furnished=furnished)
    return found


def _mail(maker: Maker, owner: Tenant, place: int) -> Made:
    """As anybody writes; some say what nobody asked them yet."""
    mail = maker.mixed(owner.address, place)
    if place % 5:
        return mail
    head, between, body = mail.content.partition(b"\r\n\r\n")
    content = head + between + b"Order number: A4711\r\n" + body
    return Made(mail.sender, mail.recipient, content, mail.message_id)


def _furnish(connection: Connection, owner: Tenant, senders: list[str], *, furnished: bool) -> None:
    connection.execute(_KNOWN, {"org": owner.org, "senders": senders})
    policies = {"verification": "unknown"} if furnished else _WITHOUT
    connection.execute(_POLICIES, {"policies": json.dumps(policies)})
    if furnished:
        connection.execute(_FIELDS, {"org": owner.org, "count": FIELDS})
        connection.execute(_RULES, {"org": owner.org, "rows": json.dumps(rules())})
        connection.execute(_HOOKS, {"org": owner.org})
        connection.execute(_BLOCKED, {"org": owner.org, "count": BLOCKED})


def rules() -> list[dict[str, object]]:
    """Many rules of each sort; for a mail one of them holds, or none."""
    return [_rule(place) for place in range(RULES)]


def _rule(place: int) -> dict[str, object]:
    word, other = WORDS[place % len(WORDS)], WORDS[(place * 7 + 3) % len(WORDS)]
    tests = (
        {"field": "subject", "op": "contains", "value": f"{word} {other} {place}"},
        {"field": "text", "op": "matches", "value": [f"{word}* contract", f"cancel {other} {place}"]},
        {"field": "sender", "op": "ends", "value": f"@shop{place}.test"},
        {"field": "domain", "op": "in", "value": [f"shop{number}.test" for number in range(place)] or ["shop.test"]},
        {"field": "field:field_0", "op": "matches", "value": "A47*" if place < FIELDS else f"B{place}*"},
        {"field": "text", "op": "contains", "value": f"please {place}"},
        {"field": "subject", "op": "matches", "value": [f"{word} {other}", f"{word}* * {other}"]},
        {"field": "time", "op": "in", "value": "sat-sun 02:00-02:01"},
    )
    conditions = {"all": [tests[place % len(tests)]], "not": [{"field": "language", "op": "equals", "value": "fi"}]}
    sets = {"priority": "high", "tags": [f"tag {place % 9}"], "assign_by": "round_robin"}
    return {"name": f"Rule {place}", "place": place, "conditions": conditions, **sets}
