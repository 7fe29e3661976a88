"""What is done with each mail, by what the ledger says of it."""

from datetime import UTC, datetime

import pytest

from gateway.pop.plan import Ledger, plan
from gateway.pop.values import Drop

NOW = datetime.now(UTC)
TAKEN, OLD = {"a": (10, True)}, {"a": (10, False)}


@pytest.mark.parametrize(
    ("uidl", "size", "ledger", "left", "deleted"),
    [
        ("a", 10, {}, "take", "take"),
        ("a", 10, {"b": (10, True)}, "take", "take"),
        ("a", 10, TAKEN, "-", "delete"),
        ("a", 11, TAKEN, "-", "take"),
        ("a", 10, OLD, "-", "-"),
        ("a", 11, OLD, "-", "-"),
        ("", 10, TAKEN, "take", "take"),
    ],
)
def test_each_mail(uidl: str, size: int, ledger: Ledger, left: str, deleted: str):
    drop = Drop(1, size, NOW, uidl)
    for deleting, wanted in ((False, left), (True, deleted)):
        found = plan([drop], ledger, deleting=deleting)
        assert (found.take, found.delete) == (
            (drop,) if wanted == "take" else (),
            (drop,) if wanted == "delete" else (),
        )


def test_mails_keep_their_order():
    there = [Drop(number, 1, NOW, f"{number}") for number in range(5)]
    found = plan(there, {"1": (1, True), "3": (1, True)}, deleting=True)
    assert [drop.uid for drop in found.take] == [0, 2, 4]
    assert [drop.uid for drop in found.delete] == [1, 3]
