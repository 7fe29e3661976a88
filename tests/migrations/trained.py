"""A scene of the story: an organization teaches what spam is."""

from pathlib import Path
from tempfile import TemporaryDirectory

from models import teaching
from tests.migrations.props import Props, mail
from tests.migrations.tape import instead
from tests.migrations.told import the_quarantine_is_told
from workers.inbound.spam import taught

OFFER = mail("oliver@offers.test", "ADV: FREE VIAGRA", "Order now, risk free: http://10.1.2.3/. This is not spam.")


def spam_is_taught(props: Props, box: str) -> None:
    """Kept, released, dropped; taught from the ledger and from a folder; forgotten a little; explained.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
    """
    harbour = ("--org", "harbour")
    offer = props.send(OFFER, "oliver@offers.test", box)
    assert offer["stage"] == "quarantined"
    props.json("quarantine", "drop", offer["id"])
    props.json("quarantine", "release", offer["id"])
    props.fleet.work()
    with TemporaryDirectory() as folder:
        Path(folder, "one.eml").write_bytes(OFFER)
        props.json("spam", "train", "--spam", folder, *harbour)
        with instead(teaching, "MOST_MAILS", 0):
            props.json("spam", "train", "--ham", folder, *harbour)
        for sort in ("--spam", "--spam", "--ham", "--ham"):
            props.json("spam", "train", sort, folder, *harbour)
    with instead(taught, "FEWEST", 1):
        props.send(mail("oliver@offers.test", "Again", "Order now."), "oliver@offers.test", box)
        props.json("spam", "explain", offer["id"])
    props.json("spam", "set", "--threshold", "0.95", *harbour)
    props.json("spam", "show")
    the_quarantine_is_told(props, box)
