"""Real servers for all tests: one PostgreSQL and one Redis for each process, a fresh organization for each test."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import hypothesis
import pytest
import structlog

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from migrations.run import upgrade
from models.base import uuid7
from models.database import engine, transaction
from models.profile import Role
from models.settings import ROLES, Settings, configure
from models.tenancy import add_mailbox, add_organization, add_person
from tests.fuzz.budget import PROPERTY
from workers.app import app
from workers.clock import task as clock
from workers.clock.hooks import task as hooks

# Properties are judged by what they hold, not by the clock of a busy machine.
hypothesis.settings.register_profile(
    "postern", deadline=None, max_examples=PROPERTY, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("postern")
os.environ["POSTERN_UNSAFE_DATABASE"] = "true"  # the servers of most tests do not wait for the disk
clock.PATIENCE = hooks.PATIENCE = (
    60.0  # seconds; the database is all tests', and what one of them asks for may come last
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization of a test's own, with one mailbox and one agent."""

    id: UUID
    slug: str
    domain: str
    mailbox: UUID
    address: str
    agent: UUID
    agent_address: str


@pytest.fixture(autouse=True)
def plain_words() -> Iterator[None]:
    """A desk that was played in this process logs in its own way; the next test hears the door's."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a data folder with running servers and the migrated schema."""
    settings = configure(data=tmp_path_factory.mktemp("data"), hostname="mx.postern.test")
    servers = (EmbeddedPostgres(settings.home, fast=True), EmbeddedRedis(settings.home, fast=True))
    try:
        for server in servers:
            server.start()
        upgrade()
        app.conf.broker_url = settings.broker()
        yield settings
    finally:
        for login in ROLES:
            engine(settings.url(login), login).dispose()
        for server in servers:
            server.stop()


def make_tenant() -> Tenant:
    """A fresh organization, so that tests share a database and see nothing of each other."""
    org = uuid7()
    name = f"o{org.hex[-10:]}"
    domain = f"{name}.test"
    with transaction(org) as connection:
        add_organization(connection, org, name.upper(), name, "TST")
        mailbox = add_mailbox(connection, org, f"support@{domain}", "Support")
        agent = add_person(connection, org, f"agent@{domain}", "Ann Agent", Role.AGENT)
    return Tenant(org, name, domain, mailbox, f"support@{domain}", agent, f"agent@{domain}")


@pytest.fixture
def tenant(instance: Settings) -> Tenant:
    """One organization."""
    del instance
    return make_tenant()


@pytest.fixture
def neighbour(instance: Settings) -> Tenant:
    """Another organization, which must see and lose nothing."""
    del instance
    return make_tenant()


@pytest.fixture
def private_home(tmp_path: Path) -> Path:
    """A folder that nobody else may enter."""
    tmp_path.chmod(0o700)
    return tmp_path
