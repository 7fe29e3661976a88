"""Two whole systems, each the other's relay, that answer each other over SMTP: every chain comes to rest by itself."""

import smtplib
from collections.abc import Iterator
from typing import Any

import pytest

from models.base import uuid7
from tests.journeys.stage import Stage
from tests.journeys.test_loops import MOST, question
from tests.running import Postern, free_port
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
CAROL = "carol@customer.test"


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postern, Postern]]:
    """Whatever one of them writes is handed to the other's door, which takes what is for its mailboxes."""
    folder, port = tmp_path_factory.mktemp("two"), free_port()
    one = Postern(folder / "one", settings={"relay": f"smtp://127.0.0.1:{port}", "hostname": "mx.one.test"})
    there = f"smtp://127.0.0.1:{one.smtp}"
    two = Postern(folder / "two", settings={"relay": there, "hostname": "mx.two.test"})
    two.smtp = port
    with one, two:
        yield one, two


@pytest.fixture
def places(systems: tuple[Postern, Postern]) -> tuple[Stage, Stage]:
    """A fresh organization in each."""
    one, two = systems
    return Stage(one, f"a{uuid7().hex[-10:]}"), Stage(two, f"b{uuid7().hex[-10:]}")


def chain(places: tuple[Stage, Stage], sender: str) -> list[dict[str, Any]]:
    """What the systems write to each other, once somebody has written to the first, until nothing moves any more."""
    first = places[0]

    def is_at_rest() -> bool:
        """A mail that is on its way is to be seen at one end at least; what moved meanwhile is seen the second time."""
        seen, again = ([one.rest()[:3] for one in places] for _ in range(2))
        return seen == again and all(one[1:] == (0, 0) for one in seen)

    with smtplib.SMTP("127.0.0.1", first.system.smtp, timeout=30) as client:
        client.sendmail(sender, [first.support], question(first, sender))
    until(is_at_rest, 120)
    return [one for place in places for one in place.outbox() if one["state"] == "sent"]


@pytest.mark.parametrize("by_own_name", [True, False])
def test_each_tells_the_other_of_what_came(places: tuple[Stage, Stage], by_own_name: bool):
    """Their agents are each other's mailboxes, by the name that these write under or by another."""
    first, second = places
    boxes = {one.slug: one.support if by_own_name else f"desk@{one.domain}" for one in places}
    for one, other in ((first, second), (second, first)):
        if not by_own_name:
            other.desk("mailbox", "add", boxes[other.slug], "--org", other.slug)
        one.desk("agent", "add", boxes[other.slug], "--org", one.slug)
        for nobody in (
            f"agent@{one.domain}",
            CAROL,
        ):  # whom neither door knows: that they are told of would be more letters
            one.desk("suppress", "add", nobody, "--org", one.slug)
    said = chain(places, CAROL)
    assert 1 <= len(said) <= MOST, said
    mails = [*first.mails(), *second.mails()]
    assert len(mails) == 1 + len(said), "each is there"
    assert {one["stage"] for one in mails} == {"filed"}


def test_one_writes_to_the_other_as_its_customer(places: tuple[Stage, Stage]):
    """The acknowledgement is a mail to a mailbox that acknowledges, too."""
    second = places[1]
    said = chain(places, second.support)
    assert [one["letter"] for one in said] == ["acknowledgement"]
    assert [one["stage"] for one in second.mails()] == ["filed"]
