"""Bounces in the forms of many mail systems, in our own words: what failed, for whom, and whether for good."""

import pytest

from workers.inbound.mail import Mail
from workers.inbound.parse import parse

ORIGINAL = "Message-ID: <letter@ours.test>\nFrom: support@ours.test\nTo: {to}\nSubject: Your printer\n\nHello\n"
FROM_DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.test>\nTo: support@ours.test\n"


def read(text: str) -> Mail:
    return parse(text.replace("\n", "\r\n").encode())


def report(fields: str, words: str = "Sorry.", kind: str = "delivery-status") -> Mail:
    parts = [
        ("text/plain", words),
        (f"message/{kind}", f"Reporting-MTA: dns; mx.test\n\n{fields}"),
        ("message/rfc822", ORIGINAL.format(to="carol@there.test")),
    ]
    body = "".join(f"--b\nContent-Type: {name}\n\n{content}\n" for name, content in parts)
    head = f'{FROM_DAEMON}Subject: Undelivered\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
    return read(f"{head}{body}--b--\n")


def told(mail: Mail) -> list[tuple[str, str, str, bool]]:
    return [(one.address, one.status, one.action, one.hard) for one in mail.failures]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            "Final-Recipient: rfc822; c@t.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user",
            ("c@t.test", "5.1.1", "failed", True),
        ),
        (
            "Original-Recipient: rfc822;c@alias.test\nFinal-Recipient: rfc822;c@t.test\nAction: failed\nStatus: 5.2.2",
            ("c@alias.test", "5.2.2", "failed", False),
        ),
        ("Final-Recipient: rfc822; c@t.test\nAction: delayed\nStatus: 4.4.1", ("c@t.test", "4.4.1", "delayed", False)),
        (
            "Final-Recipient: rfc822; <c@t.test>\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554 5.7.1\n looks like spam",
            ("c@t.test", "5.7.1", "failed", False),
        ),
        (
            "Final-Recipient: rfc822; c@t.test\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 Boîte pleine: mailbox full",
            ("c@t.test", "5.0.0", "failed", False),
        ),
        ("Final-Recipient: rfc822; c@t.test\nStatus: 5.1.2", ("c@t.test", "5.1.2", "failed", True)),
        (
            "Final-Recipient: rfc822; c@t.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 552 mailbox full",
            ("c@t.test", "5.1.1", "failed", False),
        ),
    ],
)
def test_a_delivery_report(fields: str, expected: tuple[str, str, str, bool]) -> None:
    mail = report(fields)
    assert mail.notice
    assert (mail.notice.kind, told(mail), mail.notice.originals) == ("bounce", [expected], ("<letter@ours.test>",))


def test_each_recipient_of_a_report_is_told_apart() -> None:
    actions = (("a", "failed"), ("b", "delayed"), ("c", "relayed"))
    blocks = [f"Final-Recipient: rfc822; {name}@t.test\nAction: {action}\n" for name, action in actions]
    assert [one[:3:2] for one in told(report("\n".join(blocks)))] == [
        ("a@t.test", "failed"),
        ("b@t.test", "delayed"),
        ("c@t.test", "relayed"),
    ]


def test_what_the_machine_readable_part_leaves_out_is_taken_from_the_words() -> None:
    words = "We tried.\n\n<c@t.test>: no such user\n"
    mail = report("Final-Recipient: rfc822; c@t.test\nAction: failed\nStatus: 5.0.0", words)
    assert told(mail) == [("c@t.test", "5.0.0", "failed", True)]


HOMEMADE = {
    "failure notice": """Hi. This is the program at mx.test.

<carol@there.test>:
no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

""",
    "Mail delivery failed": """A message could not be delivered to all of its recipients.

  carol@there.test
    SMTP error from remote mail server after RCPT TO: 550 5.1.1 unknown user

------ This is a copy of the message ------

""",
    "Returned mail: User unknown": """   ----- The following addresses had permanent fatal errors -----
<carol@there.test>

   ----- Transcript of session follows -----
550 5.1.1 <carol@there.test>... User unknown

   ----- Original message follows -----

""",
    "Undeliverable: Your printer": """Your message

  To:      carol@there.test
  Subject: Your printer

did not reach the following recipient(s):

carol@there.test on Mon, 2 Nov 2026
    The recipient name is not recognized, #5.1.1

""",
    "Nicht zustellbar": """Ihre Nachricht an carol@there.test konnte nicht zugestellt werden: 550 5.1.1 unbekannt

""",
}


REFUSALS = [
    (
        "list-admin@lists.test",
        "You carol@there.test are not member (list ML)",
        "You are not a member of this list.",
        True,
    ),
    (
        "list-bounces@lists.test",
        "Request to mailing list List rejected",
        "It was rejected by the list moderator.",
        True,
    ),
    ("MAILER-DAEMON@mx.test", "Failed to deliver to 'carol@there.test'", "It did not work.", True),
    ("ann@there.test", "You are not a member of our club", "You are not a member. Will you join?", False),
    ("list-admin@lists.test", "You are not a member yet", "Will you join?", False),
]


@pytest.mark.parametrize(("author", "subject", "words", "is_bounce"), REFUSALS)
def test_who_runs_a_list_refuses_a_letter(author: str, subject: str, words: str, is_bounce: bool) -> None:
    mail = read(f"From: {author}\nTo: support@ours.test\nSubject: {subject}\n\n{words}\n")
    assert bool(mail.notice and mail.notice.kind == "bounce") == is_bounce


@pytest.mark.parametrize("subject", HOMEMADE)
def test_a_homemade_report(subject: str) -> None:
    mail = read(f"{FROM_DAEMON}Subject: {subject}\n\n{HOMEMADE[subject]}{ORIGINAL.format(to='carol@there.test')}")
    assert mail.notice
    assert mail.notice.kind == "bounce"
    assert told(mail) == [("carol@there.test", "5.1.1", "failed", True)]
    assert mail.notice.originals == ("<letter@ours.test>",)


def test_a_waiting_letter_is_no_failure() -> None:
    words = "THIS IS A WARNING MESSAGE ONLY. It could not be delivered to carol@there.test and will be retried.\n"
    mail = read(f"{FROM_DAEMON}Subject: Warning: message delayed 24 hours\n\n{words}")
    assert told(mail) == [("carol@there.test", "", "delayed", False)]


def test_an_address_refused_only_with_the_letter_is_still_good() -> None:
    words = "<carol@there.test>: host mx.there.test said: 550 user unknown (in reply to end of DATA command)\n"
    mail = read(f"{FROM_DAEMON}Subject: Undelivered mail\n\n{words}")
    assert told(mail) == [("carol@there.test", "", "failed", False)]


@pytest.mark.parametrize(
    ("author", "subject", "words"),
    [
        ("Carol <carol@there.test>", "Mail delivery failed", "I get this whenever I write to bob@there.test. Why?"),
        ("Carol <carol@there.test>", "Re: Undelivered mail", "550 5.1.1 is what it says for bob@there.test"),
        ("Carol <carol@there.test>", "Question", "My mail to bob@there.test was rejected: user unknown"),
        ("Carol <carol@there.test>", "Delivery status", "Where is my parcel? It has not been delivered."),
    ],
)
def test_people_who_write_about_bounces_are_people(author: str, subject: str, words: str) -> None:
    assert read(f"From: {author}\nTo: support@ours.test\nSubject: {subject}\n\n{words}\n").notice is None


def test_a_report_that_somebody_passes_on_is_a_question() -> None:
    part = "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.test\n"
    body = f"--b\n\nWhat does this mean?\n--b\n{part}--b--\n"
    head = "From: Carol <carol@there.test>\nSubject: Fwd: help\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert read(head + body).notice is None
