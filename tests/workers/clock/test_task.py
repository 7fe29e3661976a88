"""The sweep rings again for whatever waits, once in a while and not for what is leased."""

from uuid import UUID

from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, store

WAITING = text("SELECT waiting_raw_mail(1000)")


def waiting() -> set[UUID]:
    with transaction() as connection:
        return set(connection.scalars(WAITING))


def age(tenant: Tenant, **columns: str) -> None:
    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    with transaction(tenant.id) as connection:
        connection.exec_driver_sql(f"UPDATE raw_mail SET {changes}")


def test_a_mail_whose_hint_was_lost_is_rung_for_once_per_half_minute(tenant: Tenant):
    ids = set(store(tenant, a_mail(1), a_mail(2)))
    assert not ids & waiting(), "its first hint may still be on the way"
    age(tenant, ring_at="now()")
    assert ids <= waiting()
    assert not ids & waiting()


def test_what_is_filed_or_leased_rests(tenant: Tenant):
    ids = set(store(tenant, a_mail(1)))
    age(tenant, ring_at="now() - interval '1 hour'", stage="'filed'")
    assert not ids & waiting()
