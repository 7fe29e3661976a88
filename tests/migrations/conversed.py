"""The scene of a conversation: a question, its answer from a mail client, thanks; files; the same mail twice; several
mails at once, and some that cite each other.
"""

from tests.migrations.props import Props, mail

CAROL, ERIK = "carol@customer.test", "erik@customer.test"
WITH_FILES = (
    b"From: Carol <carol@customer.test>\r\nSubject: Two pictures\r\nMessage-ID: <files@customer.test>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    b"<p>See <b>both</b>.</p>\r\n--b\r\nContent-Type: image/png; name=one.png\r\nContent-Disposition: attachment\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b\r\nContent-Type: text/plain; name=two.txt\r\n"
    b"Content-Disposition: attachment; filename=two.txt\r\n\r\nsecond\r\n--b--\r\n"
)


def somebody_asks_and_is_answered(props: Props, mailbox: str, agent: str) -> None:
    """In the organization `harbour`.

    Args:
        props: to play with.
        mailbox: one of its addresses.
        agent: the address of who answers.
    """
    question = mail(CAROL, "The crane is stuck", "It stands since Tuesday.", Message_ID="<crane@customer.test>")
    props.send(question, CAROL, mailbox)
    props.send(question, CAROL, mailbox)
    notice = props.letter("notification_to_agent")
    props.send(mail(agent, "Re: crane", "Please oil it.", In_Reply_To=notice["Message-ID"]), agent, notice["Reply-To"])
    answer = props.letter("reply_to_customer")
    thanks = mail(CAROL, "Re: crane", "It moves!", References=answer["Message-ID"], Message_ID="<moves@customer.test>")
    props.send(thanks, CAROL, answer["Reply-To"])
    props.send(mail(CAROL, "Re: crane", "And again.", References="<moves@customer.test>"), CAROL, mailbox)
    props.send(WITH_FILES, CAROL, mailbox)
    together = [mail(f"c{n}@customer.test", f"Question {n}", "Well?") for n in range(3)]
    props.door(*((one, CAROL, [mailbox, "support+sales@harbour.test", "demo@demo.test"]) for one in together))
    assert props.door((question, CAROL, ["nobody@harbour.test"])) == ["nobody@harbour.test"]
    props.fleet.work()
    for name, cites in (("plain", ""), ("odd", "<plain@c.test> <even@c.test>"), ("even", "<odd@c.test>")):
        props.send(mail(ERIK, "Rings", "?", Message_ID=f"<{name}@c.test>", References=cites), ERIK, mailbox)
