"""Mail → ticket: Postern and django-helpdesk with the same mails on the same PostgreSQL server, taking turns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, perf_counter

from sqlalchemy import TextClause, text

from gateway.cli.bench import stage
from gateway.cli.bench.client import deliver
from gateway.cli.bench.effort import SESSIONS
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, rate
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.bench.store import store
from gateway.smtp.loop import run
from gateway.supervisor.processes import PROCESSES
from models.database import transaction
from tests.peers.bench import helpdesk
from workers.app import BATCH, app, ring

GOAL = 12.0  # times; 20 is hoped for
SECONDS = 60.0
LOOK = 0.02
MORE = 8  # times as many mails of ours, so that both sides are at work for about as long
WAITS = text("SELECT EXISTS (SELECT FROM raw_mail WHERE org_id = :org AND stage = 'received')")
FILED = text("SELECT count(*) FROM raw_mail WHERE org_id = :org AND stage = 'filed'")


def measure(scene: Stage, rounds: int, mails: int) -> Iterator[Measure]:
    """Rows of the inbound worker alone, as `postern up` runs it, and of the whole way.

    Args:
        scene: running servers.
        rounds: that count; one more warms everybody up.
        mails: of theirs in each.
    """
    (tenant,) = stage.tenants(1)
    app.conf.broker_url = scene.settings.broker()  # what was imported before the servers were there knows another one
    found: list[tuple[float, ...]] = []
    with helpdesk.running(scene) as peer, worker(scene), stage.door(scene.settings):
        for number in range(rounds + 1):
            maker = Maker(100 + number)
            some, more = ([maker.mixed(tenant.address, place) for place in range(mails * MORE)] for _ in range(2))
            ours = _work(tenant, some), _whole(scene, tenant, more), _alone(tenant, maker, mails)
            turns = (*ours, peer.file(some[:mails]), peer.file(more[:mails], letters=False))
            found += [turns] if number else []
    worked, whole, alone, letters, mute = map(list, zip(*found, strict=True))
    yield rate("the inbound worker, letters queued / django-helpdesk, letters made", worked, letters, GOAL)
    yield rate("one process of it, letters queued / django-helpdesk, letters made", alone, letters, GOAL)
    yield rate("from SMTP on, letters queued / django-helpdesk, letters made", whole, letters, GOAL)
    yield rate("the inbound worker, letters queued / django-helpdesk, no letters", worked, mute, GOAL)


@contextmanager
def worker(scene: Stage) -> Iterator[None]:
    """The process that `postern up` runs to file mail.

    Args:
        scene: running servers.
    """
    _, *words = next(row for row in PROCESSES if row.name == "worker-inbound").argv
    with stage.program(words, scene.settings.home / "logs" / "worker.log", scene.settings.child_environment()):
        yield


def _work(tenant: Tenant, mails: Sequence[Made]) -> float:
    """Mails a second that the worker files, stored before the clock runs and then rung for."""
    stored, before = store([(tenant, mail) for mail in mails]), _filed(tenant)
    began = perf_counter()
    ring("inbound.receive", [one.id for one in stored])
    _await(tenant, before + len(mails))
    return len(mails) / (perf_counter() - began)


def _alone(tenant: Tenant, maker: Maker, mails: int) -> float:
    """As `_work`, by this process alone: theirs is one, too."""
    from workers.inbound import task  # noqa: PLC0415  it reads the settings, which the stage has just made

    stored = store([(tenant, maker.mixed(tenant.address, place)) for place in range(mails)])
    before, began = _filed(tenant), perf_counter()
    for start in range(0, len(stored), BATCH):
        task.receive([str(one.id) for one in stored[start : start + BATCH]])
    took = perf_counter() - began
    assert _filed(tenant) == before + mails, "not every mail became a ticket of Postern"
    return mails / took


def _whole(scene: Stage, tenant: Tenant, mails: Sequence[Made]) -> float:
    """Mails a second from the first MAIL of the first to the ticket of the last, through door, doorbell and worker."""
    before, began = _filed(tenant), perf_counter()

    async def play() -> int:
        await deliver(scene.settings.smtp, [mails[start::SESSIONS] for start in range(SESSIONS)])
        return 0

    run(play())
    _await(tenant, before + len(mails))
    return len(mails) / (perf_counter() - began)


def _await(tenant: Tenant, filed: int) -> None:
    """Wait until no mail waits any more; counting all of them all the time would take half a core from the worker."""
    deadline = monotonic() + SECONDS
    while _asked(tenant, WAITS):
        assert monotonic() < deadline, f"mails were no tickets of Postern after {SECONDS:.0f} s"
        stage.pause(LOOK)
    assert _filed(tenant) == filed, "not every mail became a ticket of Postern"


def _filed(tenant: Tenant) -> int:
    return int(_asked(tenant, FILED))


def _asked(tenant: Tenant, query: TextClause) -> int:
    with transaction(tenant.org) as connection:
        found: int = connection.execute(query, {"org": tenant.org}).scalar_one()
        return found
