"""A scene of the story: what is kept of somebody is handed out and taken away."""

from tempfile import TemporaryDirectory

from tests.migrations.props import Props
from workers.clock.task import retain

SECRET = b"""\
From: Mallory <mallory@customer.test>
Subject: Secret
Message-ID: <secret@customer.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

My password is kettle9.
--b
Content-Type: text/plain; name=key.txt
Content-Disposition: attachment; filename=key.txt

Also here: kettle9
--b--
""".replace(b"\n", b"\r\n")


def somebody_wants_to_be_forgotten(props: Props, box: str) -> None:
    """Exported, held, redacted, erased.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
    """
    harbour, mallory = ("--org", "harbour"), "mallory@customer.test"
    props.send(SECRET, mallory, box)
    number = next(one["number"] for one in props.json("ticket", "list", *harbour) if one["subject"] == "Secret")
    with TemporaryDirectory() as folder:
        props.json("person", "export", mallory, "--to", f"{folder}/all.zip", *harbour)
    for on in (("--person", mallory), ("--ticket", number)):
        held = props.json("hold", "place", "--reason", "A lawsuit", *on, *harbour)
        props.desk("person", "erase", mallory, *harbour, "--yes", code=1)
        props.json("hold", "lift", held["id"], *harbour)
    props.json("hold", "list")
    props.json("retention", "set", "--mails", "90", *harbour)
    props.json("retention", "run", *harbour)
    retain()
    props.json("ticket", "redact", number, "--span", "kettle9", *harbour, "--yes")
    props.json("person", "erase", mallory, *harbour)
    props.json("person", "erase", mallory, *harbour, "--yes")
    props.desk("person", "erase", mallory, *harbour, code=1)
    props.json("audit", "list")
    (proof,) = props.json("audit", "verify", *harbour)
    props.json("audit", "verify", *harbour, "--head", proof["head"])
