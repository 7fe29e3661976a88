"""A scene of the story: stages do something, promises are watched, a closed matter goes on."""

from sqlalchemy import text

from gateway.cli import find
from models.database import transaction
from tests.migrations.called import programs_are_told
from tests.migrations.props import Props, mail
from tests.migrations.tape import instead
from workers.clock.hooks.task import act
from workers.clock.notices import mailing
from workers.clock.notices.task import notify

CAROL = "carol@customer.test"


def stages_do_something(props: Props, box: str, agent: str) -> None:
    """Every type of hook, at once and after a while, and a promise with a calendar.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
        agent: of one who answers there.
    """
    harbour = ("--org", "harbour")
    (org,) = find.organizations("harbour")
    promise_and_prepare(props, org, agent)
    props.desk("hooks", "add", "Nowhere", "priority", "--to", "low", *harbour, code=1)
    number = str(props.send(mail(CAROL, "Hooks", "Does it?", Message_ID="<hooks@customer.test>"), CAROL, box)["ticket"])
    act()
    props.json("ticket", "stage", number, "resolved", *harbour)
    act()
    programs_are_told(props, "Chat")
    props.json("hooks", "runs", *harbour)
    props.json("hooks", "retry", number, *harbour)
    (first, *_) = props.json("hooks", "list", *harbour)
    props.json("hooks", "remove", first["id"], *harbour)
    for when in ("at_once", "none"):
        props.json("person", "letters", CAROL, when, *harbour)
        with instead(mailing, "is_due", lambda *_: True), transaction(org.id) as connection:
            connection.execute(text("UPDATE notifications SET mailed_at = NULL"))
            mailing.mail(connection, org.id)
    notify()
    never_reopened(props, box, org)


def never_reopened(props: Props, box: str, org: find.Org) -> None:
    """A closed matter goes on in another ticket."""
    with transaction(org.id, role="admin") as connection:
        connection.execute(text("UPDATE organization_settings SET policies = policies || '{\"reopen_days\": 0}'"))
    props.send(mail(CAROL, "More", "It does.", References="<hooks@customer.test>"), CAROL, box)


def promise_and_prepare(props: Props, org: find.Org, agent: str) -> None:
    """Promises are made and taken back, and each type of hook is put."""
    harbour = ("--org", "harbour")
    for name in ("Chat", "Gone"):
        props.json("webhooks", "add", name, "https://x.test/told", "--on", "ticket.created", *harbour)
    narrow = ("--type", "Billing", "--calendar", "Business hours")
    props.json("sla", "add", "Bills", "--first-response", "1h", *narrow, *harbour)
    props.json("sla", "add", "All", "--first-response", "1h", "--resolution", "10h", *harbour)
    props.json("sla", "list", *harbour)
    props.json("sla", "remove", "Bills", *harbour)
    for words in (
        ("notification", "--to", "ticket_creator", "--message", "It is solved"),
        ("reply", "--message", "It is solved, {{ recipient_name }}."),
        ("reply", "--macro", "It is solved", "--after", "2d", "--business-hours"),
        ("assign", "--to", "team:Support"),
        ("assign", "--to", "department:Repairs"),
        ("assign", "--to", agent),
        ("tag", "--put", "solved", "--take", "open"),
        ("webhook", "--to", "Chat"),
        ("webhook", "--to", "Gone"),
        ("advance", "--to", "Closed"),
    ):
        props.json("hooks", "add", "Resolved", *words, *harbour)
    props.json("webhooks", "remove", "Gone", *harbour)
