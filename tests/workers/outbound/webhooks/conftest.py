"""A receiver that may be reached, and webhooks of a tenant with their secrets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.settings import Settings, settings
from models.webhook import TEST, new_secret
from tests.conftest import Tenant
from tests.models.doors import rows
from tests.workers.outbound.receiver import Receiver
from workers.outbound.webhooks.task import call

_WEBHOOK = text(
    "INSERT INTO webhooks (org_id, id, name, url, events) VALUES (:org, :id, :name, :url, CAST(:events AS text[]))"
)
_CALL = text("INSERT INTO webhook_calls (org_id, id, webhook_id, event) VALUES (:org, :id, :webhook, :event)")


@pytest.fixture
def allow(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Change variables of this process's settings for the test."""
    del instance

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def receiver(tmp_path: Path, allow: Callable[..., None]) -> Iterator[Receiver]:
    """It listens, its authority is trusted, and its network is one of ours."""
    with Receiver(tmp_path, "receiver.test") as listening:
        allow(POSTERN_OWN_NETWORKS="127.0.0.1", SSL_CERT_FILE=str(listening.authority))
        yield listening


class Hooked:
    """A webhook of a tenant."""

    def __init__(self, tenant: Tenant, url: str, *events: str) -> None:
        self.tenant, self.id = tenant, uuid7()
        said = {"org": tenant.id, "id": self.id, "name": f"w{self.id.hex}", "url": url, "events": list(events)}
        with transaction(tenant.id) as connection:
            connection.execute(_WEBHOOK, said)
            self.secret = new_secret(connection, tenant.id, self.id)

    def queue(self, number: int = 1) -> list[UUID]:
        """Put calls into the outbox."""
        calls = [uuid7() for _ in range(number)]
        with transaction(self.tenant.id) as connection:
            for one in calls:
                said = {"org": self.tenant.id, "id": one, "webhook": self.id, "event": TEST}
                connection.execute(_CALL, said)
        return calls

    def due(self) -> None:
        """The pauses are over."""
        self.change("UPDATE webhook_calls SET next_try_at = now() WHERE state IN ('queued', 'deferred')")

    def change(self, statement: str, **values: object) -> None:
        """Change rows behind everybody's back."""
        with transaction(self.tenant.id) as connection:
            connection.execute(text(statement), values)

    @property
    def calls(self) -> list[Any]:
        """Its rows, oldest first, each with its `tries` and the `pause` until the next."""
        query = (
            "SELECT c.*, extract(epoch FROM c.next_try_at - now())::float8 AS pause, ARRAY("
            " SELECT d.outcome::text FROM deliveries d WHERE d.call_id = c.id ORDER BY d.id) AS tries"
            " FROM webhook_calls c WHERE c.webhook_id = :webhook ORDER BY c.id"
        )
        return rows(self.tenant, query, webhook=self.id)

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.calls]


def ring(*webhooks: Hooked) -> None:
    """Make what calls of these are due."""
    call([str(one.id) for one in webhooks])


@pytest.fixture
def hooked(tenant: Tenant, receiver: Receiver) -> Hooked:
    """A webhook at the receiver."""
    return Hooked(tenant, receiver.url)
