"""A scene of the story: tickets find their type, queue and agent, and customers are asked for what is missing."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.migrations.props import Props, mail

DORA = "dora@customer.test"
ANN = "ann@harbour.test"


def tickets_are_routed(props: Props, box: str) -> None:
    """Rules come and are rehearsed; an agent is chosen, tags are put, a field is answered wrongly and then rightly.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour`.
    """
    harbour = ("--org", "harbour")
    _furnish(props, harbour)
    parts = ("--all", "subject contains part", "--tag", "parts", "--assign-by", "least_busy", "--team", "Crew")
    props.json("rules", "rehearse", "Parts", *harbour, *parts, "--type", "Parts", "--department", "Repairs")
    props.json("rules", "add", "Parts", *harbour, *parts, "--type", "Parts")
    props.json("rules", "add", "Ann", *harbour, "--assignee", ANN)
    props.json(
        "rules", "add", "Seven", *harbour, "--all", "field:part equals 7", "--priority", "high", "--tag", "seven"
    )
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
    for name in ("Parts", "Ann", "Seven"):
        props.json("rules", "remove", name, *harbour)
    _clear(props, harbour)


def _furnish(props: Props, harbour: tuple[str, str]) -> None:
    props.json("events", "add", "Regatta", *harbour, "--starts", "2027-06-01")
    props.json("events", "list", *harbour)
    props.json("departments", "add", "Docks", *harbour, "--description", "By the water")
    for name in ("Docks", "Repairs"):
        props.json("departments", "join", name, ANN, *harbour)
    props.json("departments", "leave", "Docks", ANN, *harbour)
    props.json("departments", "list", *harbour)
    props.json("teams", "add", "Crew", *harbour)
    props.json("teams", "join", "Crew", ANN, *harbour)
    props.json("teams", "list", *harbour)
    props.json("types", "add", "Parts", *harbour, "--workflow", "Default")
    props.json("types", "change", "Parts", *harbour, "--requires-event", "--team", "Crew")
    props.json("types", "list", *harbour)
    props.json("fields", "add", "part", "Part", *harbour, "--type", "number", "--required", "--for-type", "Parts")
    props.json("fields", "list", *harbour)
    for word in ("away", "back"):
        props.json("agent", word, ANN, *harbour)


def _clear(props: Props, harbour: tuple[str, str]) -> None:
    props.json("fields", "remove", "part", *harbour)
    props.json("types", "remove", "Parts", *harbour)
    props.json("teams", "leave", "Crew", ANN, *harbour)
    props.json("teams", "remove", "Crew", *harbour)
    props.json("departments", "remove", "Docks", *harbour)
    props.json("events", "remove", "Regatta", *harbour)
