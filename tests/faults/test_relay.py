"""T8, T9: a relay that refuses, hangs up or never reads: each letter comes once, or its row says why it did not."""

from pathlib import Path

import pytest

from tests.faults.rig.moody import MOODS, STAGES, MoodyRelay
from tests.faults.rig.system import System
from tests.relay import HANG
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SOON = 240.0  # seconds, on a busy machine
AT_ONCE = "UPDATE outgoing SET next_try_at = now() WHERE state = 'deferred'"  # else they wait for minutes
OPEN = "SELECT count(*) FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')"
STATES = "SELECT state, count(*) FROM outgoing GROUP BY state"
SILENT = "SELECT count(*) FROM outgoing WHERE state = '{}' AND answer <> ''"
MUTE = "SELECT count(*) FROM outgoing WHERE state <> 'sent' AND coalesce(answer, '') = ''"
AGAIN = "UPDATE outgoing SET state = 'queued', next_try_at = now() WHERE state IN ('failed', 'unknown')"


def test_a_relay_in_a_bad_mood(tmp_path: Path):
    """Every way to refuse at every stage. What failed or may have arrived waits for a person, with the answer."""
    with System(tmp_path, relay=MoodyRelay) as system:
        relay = system.relay
        assert isinstance(relay, MoodyRelay)
        with system.world(rate=20) as world:
            world.until_acknowledged(5)
            relay.moody = True
            every = {(stage, mood) for stage in STAGES for mood in MOODS}
            until(lambda: (system.change(AT_ONCE), relay.shown.keys() >= every)[1], SOON, pause=0.5)
        relay.moody = False
        until(lambda: (system.change(AT_ONCE), system.ask(OPEN) == [(0,)])[1], SOON, pause=0.5)
        assert system.ask(MUTE) == [(0,)]
        found = dict(system.ask(STATES))
        assert found.keys() == {"sent", "failed", "unknown"}, found
        waiting = system.postern.desk("outbox", "list", "--limit", "10000")
        assert {one["state"] for one in waiting} >= {"failed", "unknown"}
        for state in ("failed", "unknown"):
            letter = next(one["id"] for one in waiting if one["state"] == state)
            assert system.postern.desk("outbox", "retry", letter)["state"] in {"queued", "sending", "sent"}
        system.change(AGAIN)
        system.examine(world)


def test_a_relay_that_is_there_and_says_nothing(tmp_path: Path):
    """After the dot nobody knows, and it is not sent again unasked; before that the letter waits."""
    with System(tmp_path) as system:
        with system.world(rate=10) as world:
            system.relay.then("dot", HANG)
            until(lambda: system.ask(SILENT.format("unknown")) != [(0,)], SOON)
            assert system.ask(SILENT.format("unknown")) == [(1,)]
            system.relay.then("connect", HANG).hang_up()
            until(lambda: system.ask(SILENT.format("deferred")) != [(0,)], SOON)
        system.change(AT_ONCE)
        until(lambda: system.ask(OPEN) == [(0,)], SOON)
        assert system.change(AGAIN) == 1
        system.examine(world)
