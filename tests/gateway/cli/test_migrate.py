"""`postern migrate` says where the schema is, and changes nothing that is there."""

from migrations.run import head
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk


def test_a_migrated_database_stays_as_it_is(desk: Desk, number: str, tenant: Tenant):
    assert desk("migrate").out == f"the database is at revision {head()} (the newest)\n"
    assert desk.json("ticket", "show", number, "--org", tenant.slug)["number"] == number


def test_an_unknown_revision_is_one_sentence(desk: Desk):
    assert "goes to the newest" in desk.refuses("migrate", "--to", "nowhere")
