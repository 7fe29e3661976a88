"""Tickets that go to another organization, and who may see them then."""

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from tests.journeys.stage import Stage
from tests.journeys.test_routing import CAROL, furnish, mail, why

pytestmark = pytest.mark.xdist_group("system")
SEES = "SELECT number FROM list_routed_tickets()"


def in_context(stage: Stage, query: str, **context: str) -> set[str]:
    """First column of an answer, as somebody of an organization reads it."""
    with psycopg.connect(EmbeddedPostgres(stage.system.data).url("postern_app")) as connection:
        for name, value in {"org_id": stage.id, **context}.items():
            connection.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
        return {row[0] for row in connection.execute(query.encode())}


def test_a_type_routes_to_a_partner_whose_people_come_as_guests_and_see_no_more(stage: Stage):
    """Internal stays at home; organization and hybrid are the partner's to see, once both have agreed."""
    partner = Stage(stage.system, f"{stage.slug}p")
    found = {}
    agreed = [f"SELECT offer_partnership('{one.slug}')" for one in (partner, stage)]
    for agree in (False, True):
        if agree:
            in_context(stage, agreed[0], role="admin")
            in_context(partner, agreed[1], role="admin")
        for way in ("internal", "organization", "hybrid"):
            furnish(
                stage,
                f"UPDATE request_types SET default_routing = '{way}', assigned_org_id = '{partner.id}'"
                " WHERE org_id = {org} AND name = 'Billing'",
            )
            sent = stage.send(
                mail(stage, f"Bill {way} {agree}", "It is wrong."), CAROL, [f"support+billing@{stage.domain}"]
            )
            found[way, agree] = sent["ticket"]
    theirs = {found["organization", True], found["hybrid", True]}
    assert in_context(partner, SEES, role="agent") == theirs
    assert in_context(stage, SEES, role="agent") == set()
    assert why(stage, {"id": stage.mails()[0]["id"]}, "routing") == ["hybrid: so says its type"]
    (guest,) = partner.ask("SELECT id FROM profiles WHERE org_id = %(org)s AND role = 'agent'")[0]
    in_context(stage, f"SELECT add_guest('{partner.id}', '{guest}')", role="admin")
    comes = {"role": "guest", "profile_id": str(guest), "home_org_id": partner.id}
    assert in_context(stage, "SELECT number FROM tickets", **comes) == theirs
    assert len(in_context(stage, "SELECT number FROM tickets", role="agent")) == len(found)
    in_context(partner, f"SELECT withdraw_partnership('{stage.slug}')", role="admin")
    assert in_context(partner, SEES, role="agent") == set()
