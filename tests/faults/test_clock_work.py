"""Hooks, promises and notices: done twice at once, by who is killed in the middle, with Redis wiped, each is once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.rig.system import System
from tests.faults.test_redis import DONE_SECONDS, talking
from tests.running import ROOT, clean_environment
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
PLACES = {"hooks.claimed": "kill", "hooks.carried": "die", "hooks.committed": "kill", "notices.mailing": "die"}
OURS = ("--org", "demo")
ANOTHER = """
import sys
from workers.clock.hooks.task import act
from workers.clock.notices.task import notify
for _ in sys.stdin:
    act()
    notify()
    print(flush=True)
"""
ALWAYS = """
    UPDATE business_calendars SET hours = (SELECT jsonb_object_agg(day, '[["00:00", "24:00"]]'::jsonb)
                                           FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) day)
"""
AGE = "UPDATE notifications SET created_at = created_at - interval '2 minutes' WHERE mailed_at IS NULL"
A_DAY = """
    SET session_replication_role = replica;
    UPDATE ticket_history SET changed_at = changed_at - interval '1 day';
    UPDATE timers SET due_at = now() WHERE fired_at IS NULL
"""
UNDONE = """
    SELECT 1 FROM hook_runs WHERE state = 'waiting' UNION ALL SELECT 1 FROM notifications WHERE mailed_at IS NULL
    UNION ALL SELECT 1 FROM timers WHERE fired_at IS NULL AND cancelled_at IS NULL AND due_at <= now()
"""
ONCE = {
    "each hook of a ticket's stage has run, once": """
        SELECT t.number, k.config FROM tickets t JOIN workflow_stage_hooks k ON k.org_id = t.org_id
        LEFT JOIN hook_runs r ON r.org_id = k.org_id AND r.hook_id = k.id AND r.ticket_id = t.id
        GROUP BY t.org_id, t.id, t.number, k.org_id, k.id, k.config
        HAVING count(r.*) <> 1 OR bool_or(r.state <> 'done' OR r.attempts <> 1)
    """,
    "an agent is told of a stage once, and of a promise": """
        SELECT t.number, p.email, w.type, count(n.*) FROM tickets t
        JOIN profiles p ON p.org_id = t.org_id AND p.role IN ('agent', 'admin')
        CROSS JOIN (VALUES ('stage_hook'), ('sla')) AS w (type)
        LEFT JOIN notifications n ON n.org_id = t.org_id AND n.profile_id = p.id AND n.ticket_id = t.id
             AND n.type = w.type
        WHERE w.type = 'sla' OR p.role = 'agent'
        GROUP BY t.org_id, t.id, t.number, p.id, p.email, w.type HAVING count(n.*) <> 1
    """,
    "each notice is a line of one letter": """
        SELECT n.ticket_id, n.profile_id, count(*), told.lines FROM notifications n
        LEFT JOIN LATERAL (
            SELECT sum(jsonb_array_length(o.context -> 'lines')) AS lines FROM outgoing o
            WHERE o.org_id = n.org_id AND o.ticket_id = n.ticket_id AND o.profile_id = n.profile_id
              AND o.letter = 'notices') told ON true
        WHERE n.type IN ('stage_hook', 'sla') GROUP BY n.org_id, n.ticket_id, n.profile_id, told.lines
        HAVING count(*) IS DISTINCT FROM told.lines
    """,
    "who asked has one letter of the stage": """
        SELECT t.number, count(o.*) FROM tickets t
        LEFT JOIN outgoing o ON o.org_id = t.org_id AND o.ticket_id = t.id AND o.letter = 'letter_of_stage'
        GROUP BY t.org_id, t.id, t.number HAVING count(o.*) <> 1
    """,
}


@contextmanager
def another(system: System) -> Iterator["subprocess.Popen[str]"]:
    """Somebody who does the work of the clock, too, when told so by a line, and then answers with one."""
    environment = {**clean_environment(), "POSTERN_DATA": str(system.postern.data)}
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process
        process.communicate()


def all_at_once(others: list["subprocess.Popen[str]"]) -> None:
    """Everybody does it now."""
    for one in others:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    for one in others:
        assert one.stdout
        assert one.stdout.readline() == "\n"


def test_each_is_done_once(tmp_path: Path):
    with System(tmp_path) as system, another(system) as one, another(system) as two:
        for words in (
            ("notification", "--to", "role:agent", "--message", "There is one more."),
            ("reply", "--message", "We are on it."),
            ("tag", "--put", "seen"),
            ("priority", "--to", "urgent", "--on", "breach"),
        ):
            system.postern.desk("hooks", "add", "new", *words, *OURS)
        system.change(ALWAYS)
        system.postern.desk("sla", "add", "All", "--first-response", "8h", *OURS)
        with system.world(rate=5) as world:
            for place, action in PLACES.items():
                world.until_acknowledged(5)
                before = {"worker-clock": system.pid("worker-clock")}
                system.arm(place, action)
                system.change(AGE)
                all_at_once([one, two])
                system.await_reached(place)
                with talking(system) as redis:
                    redis.flushall()
                if action == "kill":
                    system.await_another(before)
        system.rest(DONE_SECONDS)
        for statement in (A_DAY, AGE):
            system.change(statement)
            all_at_once([one, two])
        until(lambda: system.change(AGE) == 0 and not system.ask(UNDONE), DONE_SECONDS)
        system.examine(world)
        wrong = {name: rows for name, query in ONCE.items() if (rows := system.ask(query)[:5])}
        assert not wrong, wrong
