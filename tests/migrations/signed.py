"""The scene of signed letters and of leaving: keys are made, found in DNS, used, rotated; somebody unsubscribes."""

from sqlalchemy import text

from gateway import dns
from models.database import transaction
from models.marks import unsubscribe_address
from models.profile import Role
from models.tenancy import add_person
from tests.migrations.props import Props, mail
from tests.migrations.tape import instead
from workers.outbound import signers

JOIN = text(
    "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)"
    " SELECT :org, id, :who, 'watcher' FROM tickets WHERE number = :number"
)
LETTER = text("SELECT handle FROM outgoing WHERE profile_id = :who ORDER BY id DESC LIMIT 1")
FIONA = "fiona@customer.test"


def letters_are_signed_and_somebody_leaves(props: Props, box: str) -> None:
    """With the keys of one domain, and somebody who takes part in one ticket.

    Args:
        props: of the story.
        box: a mailbox whose organization has a ticket.
    """
    domain, where = box.partition("@")[2], ("--org", "harbour")
    records = {one["name"]: one["value"] for one in props.json("dkim", "add", domain, *where)}
    with instead(dns, "txt", lambda name: (records[name],)):
        props.json("dkim", "check", domain, *where)
    signers._known.clear()
    harbour = next(one["id"] for one in props.json("org", "list") if one["slug"] == "harbour")
    number = next(one["number"] for one in props.json("ticket", "list", *where) if one["subject"] == "Rope")
    with transaction(harbour, role="admin") as connection:
        fiona = add_person(connection, harbour, FIONA, "Fiona", Role.CUSTOMER)
        connection.execute(JOIN, {"org": harbour, "who": fiona, "number": number})
    props.json("ticket", "reply", number, "--text", "Signed.", *where)
    props.fleet.work()
    with transaction(harbour, role="admin") as connection:
        handle = connection.scalar(LETTER, {"who": fiona})
    props.send(mail(FIONA, "unsubscribe", "please"), FIONA, unsubscribe_address(box, harbour, handle))
    props.json("dkim", "rotate", domain, *where)
    props.json("dkim", "record", domain, *where)
    first = next(iter(records)).partition(".")[0]
    props.json("dkim", "remove", domain, first, *where)
    props.json("dkim", "list", *where)
