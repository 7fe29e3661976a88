"""A scene of the story: tickets find their type, queue and agent, and customers are asked for what is missing."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from gateway.cli import find
from models.database import transaction
from tests.migrations.props import Props, mail

DORA = "dora@customer.test"
FURNISH = (  # no command makes these yet
    "INSERT INTO request_types (org_id, name) VALUES (:org, 'Parts')",
    """INSERT INTO field_definitions (org_id, key, label, type, is_required)
       VALUES (:org, 'part', 'Part', 'number', true)""",
    "INSERT INTO teams (org_id, name) VALUES (:org, 'Crew')",
    """INSERT INTO team_members (org_id, team_id, profile_id)
       SELECT :org, t.id, p.id FROM teams t, profiles p WHERE p.role = 'agent'""",
)


def tickets_are_routed(props: Props, box: str) -> None:
    """Rules come and are rehearsed; an agent is chosen, tags are put, a field is answered wrongly and then rightly.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
    """
    harbour = ("--org", "harbour")
    with transaction(find.one_organization("harbour").id) as connection:
        for statement in FURNISH:
            connection.execute(text(statement), {"org": find.one_organization("harbour").id})
    parts = ("--all", "subject contains part", "--tag", "parts", "--assign-by", "least_busy", "--team", "Crew")
    props.json("rules", "rehearse", "Parts", *harbour, *parts, "--type", "Parts", "--department", "Repairs")
    props.json("rules", "add", "Parts", *harbour, *parts, "--type", "Parts")
    props.json("rules", "add", "Ann", *harbour, "--assignee", "ann@harbour.test")
    props.json("rules", "list")
    opened = props.send(mail(DORA, "A part", "It broke.", Message_ID="<part@customer.test>"), DORA, box)
    props.json("rules", "test", opened["id"])
    with TemporaryDirectory() as folder:
        path = Path(folder, "part.eml")
        path.write_bytes(mail(DORA, "A part", "It broke."))
        props.json("rules", "test", str(path), *harbour)
    asked = props.letter("acknowledgement")
    cites = {"In_Reply_To": asked["Message-ID"]}
    props.send(mail(DORA, "Re: A part", "Part: none", **cites), DORA, asked["Reply-To"])
    props.send(mail(DORA, "Re: A part", "Part: 7", **cites), DORA, asked["Reply-To"])
    assert props.json("ticket", "show", opened["ticket"], *harbour)["fields"] == {"part": 7}
    for name in ("Parts", "Ann"):
        props.json("rules", "remove", name, *harbour)
    with transaction(find.one_organization("harbour").id) as connection:
        connection.execute(text("UPDATE field_definitions SET is_active = false"))
