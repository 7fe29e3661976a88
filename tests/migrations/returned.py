"""A scene of the story: letters come back, are refused, go to nobody any more, are taken back."""

from tempfile import NamedTemporaryFile

from tests.migrations.props import Props, mail
from tests.reports import delivery_report

GUS = "gus@customer.test"


def letters_come_back(props: Props, box: str, agent: str) -> None:
    """A bounce, what follows from it, and what ends it.

    Args:
        props: of the story.
        box: a mailbox of the organization `harbour` that receives by SMTP.
        agent: who answers there.
    """
    harbour = ("--org", "harbour")
    props.letters()
    asked = props.send(mail(GUS, "Anchor", "It is rusty.", Message_ID="<anchor@customer.test>"), GUS, box)
    notice = props.letter("notification_to_agent")
    props.send(mail(agent, "Re: Anchor", "Paint it.", Message_ID="<paint@harbour.test>"), agent, notice["Reply-To"])
    home = props.letter("reply_to_customer")["Return-Path"].strip("<>")
    props.send(delivery_report(home, GUS), "", home)
    props.json("suppress", "list", *harbour)
    props.send(mail(GUS, "Chain", "It is rusty, too."), GUS, box)
    props.json("suppress", "remove", GUS, *harbour)
    props.json("suppress", "add", GUS, *harbour)
    props.json("suppress", "remove", GUS, *harbour)
    props.json("outbox", "window", "60", *harbour)
    props.json("ticket", "reply", asked["ticket"], "--text", "Grease it.", *harbour)
    waits = props.json("outbox", "list", "--state", "queued", *harbour)
    for one in waits:
        props.json("outbox", "take-back", one["id"])
    props.json("outbox", "window", "0", *harbour)
    with props.relay() as relay:
        relay.rcpt[GUS] = "550 5.1.1 gone"
        props.json("ticket", "reply", asked["ticket"], "--text", "Sell it.", *harbour)
        props.fleet.work()
    with NamedTemporaryFile("w") as file:
        file.write("pass word\n")
        file.flush()
        said = ("--server", "relay.test", "--password-file", file.name, "--for-all")
        props.json("mailbox", "relay", box, *said, *harbour)
    props.json("mailbox", "relay", box, "--none", *harbour)
