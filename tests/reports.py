"""What other servers write about a letter: it did not arrive, it did, somebody complained about it."""


def delivery_report(
    to: str, recipient: str, status: str = "5.1.1", action: str = "failed", said: str = "550 5.1.1 no such user",
    number: int = 1, headers: str = "",
) -> bytes:  # fmt: skip
    """A delivery status notification (RFC 3464).

    Args:
        to: where it is sent.
        recipient: whom it is about.
        status, action, said: what it says of them.
        number: what makes it another one.
        headers: of the letter that it carries.
    """
    lines = [
        "From: Mail Delivery System <mailer-daemon@relay.test>", f"To: {to}", "Auto-Submitted: auto-replied",
        "Subject: Delivery Status Notification", f"Message-ID: <report{number}.{to}>", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "This is the mail system at relay.test.", "",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; relay.test", "",
        f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}", "",
        "--b", "Content-Type: text/rfc822-headers", "", headers or "Subject: a letter", "", "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def complaint(to: str, message_id: str, kind: str = "abuse") -> bytes:
    """A feedback report (RFC 5965) that names nobody, as providers do who protect their users."""
    lines = [
        "From: <feedback@provider.test>", f"To: {to}", "Subject: Email feedback report",
        f"Message-ID: <{kind}.{message_id.strip('<>')}>", "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "Somebody complained.", "",
        "--b", "Content-Type: message/feedback-report", "", f"Feedback-Type: {kind}", "User-Agent: Provider/1.0", "",
        "--b", "Content-Type: message/rfc822", "", f"Message-ID: {message_id}", "Subject: a letter", "", "words", "",
        "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
