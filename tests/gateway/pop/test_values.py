"""What the ledger is told of a mail in a maildrop."""

from datetime import UTC, datetime

from gateway.pop.values import Drop
from models.base import uuid7
from models.mailbox_login import Place, TakenUidl

PLACE = Place(uuid7(), "holder", "INBOX", 0)


def test_mails_are_told_apart_by_their_ids_and_without_them_by_their_numbers():
    now = datetime.now(UTC)
    assert Drop(1, 9, now, "id").mark(PLACE) == Drop(2, 9, now, "id").mark(PLACE) == TakenUidl(PLACE, "id", 9)
    assert Drop(1, 9, now).mark(PLACE) != Drop(2, 9, now).mark(PLACE)
