"""What Amazon SES tells by mail of a letter, in the form that its documentation describes; the values are made up."""

import json
from typing import Any

import pytest

from workers.inbound.mail import Mail
from workers.inbound.parse import parse

HEADERS = [{"name": "From", "value": "support@ours.test"}, {"name": "Message-ID", "value": "<letter@ours.test>"}]
LETTER = {"messageId": "010f-ses-000000", "destination": ["carol@there.test"], "headers": HEADERS}
FAREWELL = "\n\n--\nIf you wish to stop receiving notifications from this topic, please click here.\n"


def read(told: object, header: str = "x-amz-sns-message-id: 1") -> Mail:
    head = f"From: News <no-reply@sns.amazonaws.test>\nSubject: AWS Notification Message\n{header}\n\n"
    return parse((head + json.dumps(told) + FAREWELL).replace("\n", "\r\n").encode())


def bounce(kind: str, more: str, **given: str) -> dict[str, Any]:
    who = {"emailAddress": "carol@there.test", **given}
    return {"bounceType": kind, "bounceSubType": more, "bouncedRecipients": [who]}


@pytest.mark.parametrize(
    ("about", "status", "hard", "reason"),
    [
        (
            bounce("Permanent", "General", status="5.1.1", diagnosticCode="smtp; 550 5.1.1 user unknown"),
            "5.1.1",
            True,
            "smtp; 550 5.1.1 user unknown",
        ),
        (bounce("Permanent", "Suppressed"), "", True, "Permanent Suppressed"),
        (bounce("Permanent", "MessageTooLarge"), "", False, "Permanent MessageTooLarge"),
        (bounce("Transient", "MailboxFull", status="4.2.2"), "4.2.2", False, "Transient MailboxFull"),
    ],
)
@pytest.mark.parametrize("named", ["notificationType", "eventType"])
def test_a_bounce(about: dict[str, Any], status: str, hard: bool, reason: str, named: str) -> None:
    mail = read({named: "Bounce", "bounce": about, "mail": LETTER})
    assert mail.notice
    assert (mail.notice.kind, mail.notice.originals) == ("bounce", ("<letter@ours.test>",))
    (one,) = mail.failures
    found = (one.address, one.action, one.status, one.hard, one.reason)
    assert found == ("carol@there.test", "failed", status, hard, reason)


def test_it_may_lie_within_a_message() -> None:
    told = {
        "notificationType": "Bounce",
        "bounce": bounce("Permanent", "NoEmail"),
        "mail": {"commonHeaders": {"messageId": "<a@b.test>"}},
    }
    mail = read({"Type": "Notification", "Message": json.dumps(told)})
    assert mail.notice
    assert (mail.notice.originals, len(mail.failures)) == (("<a@b.test>",), 1)


def test_complaints_arrivals_and_delays() -> None:
    who = [{"emailAddress": "carol@there.test"}]
    complaint = read(
        {"notificationType": "Complaint", "complaint": {"complainedRecipients": who, "complaintFeedbackType": "abuse"}}
    )
    assert complaint.notice
    assert (complaint.notice.kind, complaint.failures[0].action, complaint.failures[0].reason) == (
        "feedback",
        "complained",
        "abuse",
    )
    arrival = read(
        {
            "notificationType": "Delivery",
            "delivery": {"recipients": ["carol@there.test"], "smtpResponse": "250 2.6.0 Ok"},
        }
    )
    assert [(one.address, one.action, one.hard) for one in arrival.failures] == [
        ("carol@there.test", "delivered", False)
    ]
    delay = read(
        {"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": [{**who[0], "status": "4.4.1"}]}}
    )
    assert [(one.action, one.status) for one in delay.failures] == [("delayed", "4.4.1")]


@pytest.mark.parametrize(
    "told",
    [
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"},
        {"notificationType": ["Bounce"]},
        {"AlarmName": "processor"},
        ["Bounce"],
        "Bounce",
    ],
)
def test_other_news_of_that_service_is_none_of_ours(told: object) -> None:
    assert read(told).notice is None


def test_only_with_the_header_of_that_service() -> None:
    told = {"notificationType": "Bounce", "bounce": bounce("Permanent", "General"), "mail": LETTER}
    assert read(told, "X-Other: 1").notice is None


@pytest.mark.parametrize(
    "told",
    [
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": "carol@there.test"}, "mail": {"headers": 1}},
        {"notificationType": "Bounce", "bounce": [], "mail": {"headers": [1, {"name": "Message-ID", "value": None}]}},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [None, {"emailAddress": {}}, {}]}},
    ],
)
def test_nonsense_names_nobody(told: object) -> None:
    mail = read(told)
    assert mail.notice
    assert (mail.notice.kind, mail.failures, mail.notice.originals) == ("bounce", (), ())


def test_what_escapes_hide_is_scrubbed() -> None:
    mail = read(
        {"notificationType": "Bounce", "bounce": bounce("Per\x00m\ud800", "x\u2028y", diagnosticCode="a\x07\ud800b")}
    )
    assert [one.reason for one in mail.failures] == ["a b"]
    deep = parse(b"x-amz-sns-message-id: 1\r\n\r\n" + b'{"mail":' * 50_000)
    assert (deep.notice, deep.unreadable) == (None, None)
