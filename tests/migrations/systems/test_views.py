"""The views of the documents, each seen by those whom it is for (S0 to S4)."""

from tests.migrations.systems.cast import Cast


def test_s0_ticket_details_view(cast: Cast, others: Cast):
    """The latest state of each ticket."""
    ticket = cast.customer.opens("Printer")
    revision = cast.agent.changes(ticket, title="Printer on fire", priority="high", assigned_to=cast.colleague.id)
    query = (
        "SELECT history_id, title, priority, stage_name, assigned_to_name, assigned_to_role, changed_by"
        " FROM ticket_details WHERE ticket_id = :ticket"
    )
    latest = (revision, "Printer on fire", "high", "New")
    assert cast.admin.ask(query, ticket=ticket) == [(*latest, "Cole", "agent", cast.agent.id)]
    assert cast.customer.ask(query, ticket=ticket) == [(*latest, None, None, cast.agent.id)]
    assert cast.other.ask(query, ticket=ticket) == others.agent.ask(query, ticket=ticket) == []


def test_s1_customer_tickets(cast: Cast):
    """One's own and those one was given; who works on it is the Support Team, and internal words do not count."""
    query = "SELECT title, stage_name, assigned_to_display, public_comment_count FROM customer_tickets ORDER BY id"
    own = cast.customer.opens("Mine")
    cast.agent.changes(own, assigned_to=cast.agent.id)
    cast.agent.says(own)
    cast.agent.says(own, internal=True)
    cast.agent.opens("Given", of=cast.other, assigned_to=cast.customer.id)
    cast.other.opens("Another's")
    assert cast.customer.ask(query) == [("Mine", "New", "Support Team", 1), ("Given", "New", "Carl", 0)]
    assert [row.title for row in cast.agent.ask(query)] == ["Mine"], "an agent's own, not the organization's"
    cast.agent.ask(
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :who, 'cc')",
        ticket=own,
        who=cast.other.id,
    )
    assert [row.title for row in cast.other.ask(query)] == ["Mine", "Given", "Another's"]


def test_s1_customers_history_is_reduced(cast: Cast):
    """They hear what became of it, not who decided it or why."""
    ticket = cast.customer.opens()
    cast.agent.changes(ticket, assigned_to=cast.agent.id)
    cast.agent.changes(ticket, priority="high", department_id=None)
    query = "SELECT changes, reason FROM shown_history WHERE ticket_id = :ticket ORDER BY changed_at"
    assert [sorted(row.changes) for row in cast.customer.ask(query, ticket=ticket)] == [["title"], ["priority"]]
    assert {row.reason for row in cast.customer.ask(query, ticket=ticket)} == {None}
    assert [sorted(row.changes) for row in cast.agent.ask(query, ticket=ticket)] == [
        ["title"], ["assigned_to"], ["priority"],
    ]  # fmt: skip


def test_s2_ticket_status_history(cast: Cast, others: Cast):
    """One row for each change of status, with who and why; S2's resolved and closed are ours."""
    query = "SELECT status, changed_by, note FROM ticket_status_history WHERE ticket_id = :ticket ORDER BY created_at"
    ticket = cast.customer.opens()
    cast.agent.changes(ticket, priority="high")
    cast.resolves(ticket)
    cast.colleague.changes(ticket, stage_id=cast.stage("Closed"))
    assert cast.agent.ask(query, ticket=ticket) == [
        ("open", cast.customer.id, None), ("resolved", cast.agent.id, "test"), ("closed", cast.colleague.id, "test"),
    ]  # fmt: skip
    assert [(row.status, row.note) for row in cast.customer.ask(query, ticket=ticket)] == [
        ("open", None), ("resolved", None), ("closed", None),
    ]  # fmt: skip
    assert cast.other.ask(query, ticket=ticket) == others.admin.ask(query, ticket=ticket) == []


def test_s3_ticket_assignments(cast: Cast, others: Cast):
    """From whom to whom and why, nobody included; for staff."""
    query = (
        "SELECT assigned_from_user_id, assigned_to_user_id, assignment_reason FROM support_ticket_assignments"
        " WHERE ticket_id = :ticket ORDER BY assigned_at"
    )
    ticket = cast.customer.opens()
    for assignee in (cast.agent.id, cast.colleague.id, None):
        cast.admin.changes(ticket, assigned_to=assignee)
    cast.agent.changes(ticket, priority="high")
    assert cast.agent.ask(query, ticket=ticket) == [
        (None, cast.agent.id, "test"), (cast.agent.id, cast.colleague.id, "test"), (cast.colleague.id, None, "test"),
    ]  # fmt: skip
    assert cast.customer.ask(query, ticket=ticket) == others.admin.ask(query, ticket=ticket) == []


def test_s1_org_members(cast: Cast):
    """Admins and agents see who belongs to it, a customer only themselves."""
    query = "SELECT user_id, org_role FROM org_members"
    staff = {(cast.admin.id, "org_admin"), (cast.agent.id, "org_agent"), (cast.colleague.id, "org_agent")}
    everybody = staff | {(cast.customer.id, "org_customer"), (cast.other.id, "org_customer")}
    assert set(map(tuple, cast.agent.ask(query))) == everybody
    assert cast.customer.ask(query) == [(cast.customer.id, "org_customer")]


def test_s4_customer_field_values(cast: Cast, others: Cast):
    """One row for each field that a customer has a value of."""
    for one in (cast, others):
        one.admin.ask(
            "INSERT INTO field_definitions (org_id, entity, key, label, type) VALUES"
            " (:org, 'customer', 'plan', 'Plan', 'text'), (:org, 'customer', 'seats', 'Seats', 'number')"
        )
    give = "UPDATE profiles SET custom_fields = CAST(:fields AS jsonb) WHERE id = :who"
    cast.admin.ask(give, who=cast.customer.id, fields='{"plan": "gold", "seats": 3}')
    cast.admin.ask(give, who=cast.other.id, fields='{"seats": 1}')
    query = "SELECT customer_id, field_name, value FROM customer_field_values ORDER BY field_name, value DESC"
    own = [(cast.customer.id, "plan", "gold"), (cast.customer.id, "seats", "3")]
    assert cast.agent.ask(query) == [*own, (cast.other.id, "seats", "1")]
    assert cast.customer.ask(query) == own
    assert others.admin.ask(query) == []
