"""`postern verification`: off unless an organization wants it."""

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, file, rows


def test_it_is_off_and_can_be_set(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    assert desk.json("verification", "show", *of) == [{"org": tenant.slug, "verification": "off"}]
    assert desk.json("verification", "set", "unknown", *of) == [{"org": tenant.slug, "verification": "unknown"}]
    file(tenant)
    assert rows(tenant, "SELECT stage FROM raw_mail")[0].stage == "quarantined"
    desk.json("verification", "set", "off", *of)
    file(tenant)
    assert len(rows(tenant, "SELECT id FROM tickets")) == 1
    assert "none of unknown, off" in desk.refuses("verification", "set", "everybody", *of, code=2)
