"""T11: every clock but the database's jumps by hours and days, on and back, while letters are tried again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.rig.system import System
from tests.faults.rig.wrong import WrongClock
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
JUMPS = (timedelta(days=1), timedelta(days=-1), timedelta(hours=1), timedelta(hours=-1))
REFUSED = 3  # letters at each jump
LATER = "451 4.3.0 come again"
DEFERRED = "SELECT count(*) FROM outgoing WHERE state = 'deferred' AND attempts = 1"
AT_ONCE = "UPDATE outgoing SET next_try_at = now() WHERE state = 'deferred'"  # else they wait for minutes
SENT_AGAIN = "SELECT count(*) FROM outgoing WHERE state = 'sent' AND attempts = 2"
MOST = "SELECT max(attempts) FROM outgoing"


def test_the_clock_jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Leases and waits are the database's: no letter is tried early, and none is forgotten until the clock comes by."""
    clock = WrongClock(tmp_path)
    with monkeypatch.context() as patch:
        for name, value in clock.environment.items():
            patch.setenv(name, value)
        system = System(tmp_path)
    with system:
        with system.world(rate=10) as world:
            log = system.postern.data / "logs" / "worker-outbound.log"
            world.until_acknowledged(5)
            for number, jump in enumerate(JUMPS):
                system.relay.then("dot", *[LATER] * REFUSED)
                clock.set(int(jump.total_seconds()))
                hour = f"{datetime.now(UTC) + jump:%Y-%m-%dT%H}"
                until(lambda hour=hour: f'"timestamp": "{hour}' in log.read_text())  # type: ignore[misc]  # mypy cannot infer a default of a lambda
                until(lambda: system.ask(DEFERRED) == [(REFUSED,)])
                world.until_acknowledged(20)
                assert system.ask(DEFERRED) == [(REFUSED,)], "a letter was tried early"
                system.change(AT_ONCE)
                until(lambda number=number: system.ask(SENT_AGAIN) == [(REFUSED * (number + 1),)])  # type: ignore[misc]  # as above
                assert system.ask(MOST) == [(2,)], "a letter was tried too often"
        system.examine(world)
