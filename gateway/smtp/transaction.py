"""What a client has said about the mail it is about to send."""

from gateway.addresses import Target
from gateway.envelope import Sender


class Transaction:
    """From MAIL to the end of DATA.

    Attributes:
        sender: what MAIL said, None before it.
        recipients: each accepted RCPT in order: the raw address and where it leads.
        asked: how many RCPTs there were, the refused ones included.
    """

    __slots__ = ("asked", "recipients", "sender")

    def __init__(self) -> None:
        self.sender: Sender | None = None
        self.recipients: list[tuple[str, Target]] = []
        self.asked = 0
