"""A scene of the story: an admin hears of the quarantine and answers; a ticket is watched; all of it is counted."""

from sqlalchemy import text

from gateway.cli import find
from models.database import transaction
from tests.migrations.props import Props, mail
from workers.clock.task import digest

BOSS = "boss@harbour.test"
_EARLIER = text(
    "UPDATE raw_mail SET processed_at = processed_at - interval '5 days' WHERE stage = 'quarantined' RETURNING id"
)


def the_quarantine_is_told(props: Props, box: str) -> None:
    """Told by letter, answered with every order, watched and counted.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
    """
    harbour = ("--org", "harbour")
    for hour in ("off", "07:30"):
        props.json("quarantine", "digest", hour, *harbour)
    for place in range(3):
        props.json("block", "add", f"{place}.test", *harbour)
        sender = f"eve@{place}.test"
        assert props.send(mail(sender, f"Offer {place}", "Order now."), sender, box)["stage"] == "quarantined"
    (org,) = find.organizations("harbour")
    with transaction(org.id) as connection:
        connection.execute(_EARLIER)
    digest()
    props.fleet.work()
    to = props.letter("quarantine_digest")["Reply-To"]
    answer = mail(BOSS, "Re: new in the quarantine", "release 1\nspam 2\ndrop 3\nThanks")
    assert props.send(answer, BOSS, to)["stage"] == "dropped"
    number = str(props.json("ticket", "list", *harbour)[0]["number"])
    for verb in ("watch", "unwatch"):
        props.json("ticket", verb, number, BOSS, *harbour)
    props.json("stats", *harbour)
