"""The whole journey with many rules, fields, hooks and all screens, against the journey without, in one `postern up`.

From the first MAIL of a burst to its last letter: door, doorbell, worker, letters. Bursts to the one and to the other
organization take turns, each with all processes of the instance for itself.
"""

from collections.abc import Iterator, Sequence
from time import perf_counter

from sqlalchemy import text

from gateway.cli.bench import instance, routed, stage
from gateway.cli.bench.client import deliver
from gateway.cli.bench.effort import SESSIONS, Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, rate
from gateway.cli.bench.stage import Tenant
from gateway.cli.bench.watch import Watch
from gateway.cli.problems import Problem
from gateway.cli.up import MAILBOX
from gateway.smtp.loop import run
from models.database import transaction

GOAL = 0.7
LOOK = 0.005
SECONDS = 120.0  # for one burst
_LEFT = text(
    "SELECT (SELECT count(*) FROM raw_mail WHERE org_id = :org AND stage = 'filed') AS filed,"
    " EXISTS (SELECT FROM outgoing WHERE org_id = :org AND state IN ('queued', 'sending', 'deferred')) AS is_waiting"
)


def measure(effort: Effort) -> Iterator[Measure]:
    """The row of the one against the other.

    Args:
        effort: how much.

    Raises:
        Problem: a mail became no ticket in time.
    """
    first = Maker(6).text(MAILBOX)
    with instance.fresh() as settings, instance.up(settings, first), Watch() as watch:
        watch.expect(instance.organization(), first.message_id)
        watch.settle(SECONDS)  # the workers have then started
        owners = stage.tenants(2)
        mails = routed.mails(owners, (effort.rounds + 1) * effort.filed)
        rates: list[list[float]] = [[], []]
        for number in range(effort.rounds + 1):
            for found, owner, some in zip(rates, owners, mails, strict=True):
                part = some[number * effort.filed : (number + 1) * effort.filed]
                found.append(_burst(settings.smtp, owner, part, number * effort.filed))
    ours, theirs = (found[1:] for found in rates)  # the first of each warms up
    yield rate(f"journey: {routed.WITH}, of the journey with none", ours, theirs, GOAL)


def _burst(smtp: str, owner: Tenant, mails: Sequence[Made], before: int) -> float:
    """Mails a second from the first MAIL to the last letter."""
    began = perf_counter()

    async def play() -> int:
        await deliver(smtp, [mails[start::SESSIONS] for start in range(SESSIONS)])
        return 0

    run(play())
    while _left(owner, before + len(mails)):
        if perf_counter() - began > SECONDS:
            raise Problem(f"mails were no tickets with their letters {SECONDS:.0f} s after they came")
        stage.pause(LOOK)
    return len(mails) / (perf_counter() - began)


def _left(owner: Tenant, filed: int) -> bool:
    with transaction(owner.org) as connection:
        row = connection.execute(_LEFT, {"org": owner.org}).one()
    return bool(row.is_waiting or row.filed < filed)
