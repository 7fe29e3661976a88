"""Programs that answer programs: every mail is filed, and after a few letters there is silence, which says why."""

from collections.abc import Callable
from dataclasses import dataclass
from email.policy import SMTP
from email.utils import parseaddr

import pytest

from tests.journeys.stage import Captured, Stage, reply_to

pytestmark = pytest.mark.xdist_group("system")
MOST = 3  # letters by programs of ours in one chain
ENOUGH = 12  # rounds: a loop that goes on for so long goes on for ever


@dataclass(frozen=True)
class Answer:
    """What the world sends back for a letter: the envelope and the mail."""

    sender: str
    to: str
    content: bytes


Robot = Callable[[Captured, int], Answer | None]


def question(stage: Stage, sender: str = "carol@customer.test") -> bytes:
    lines = [f"From: {sender}", f"To: {stage.support}", "Subject: The kettle", f"Message-ID: <q@{stage.domain}>"]
    return "\r\n".join([*lines, "", "It does not boil.", ""]).encode()


def words(sender: str, to: str, number: int, subject: str, *headers: str) -> bytes:
    """A robot's mail, each unlike the others."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{number}.{sender}>", *headers]
    return "\r\n".join([*lines, "", f"I am away. This is mail {number} of mine.", ""]).encode()


def play(stage: Stage, answer: Robot, sender: str = "carol@customer.test") -> list[Captured]:
    """A person writes once, then every letter is answered by the robot until no letter comes any more."""
    stage.send(question(stage, sender), sender, [stage.support])
    written: list[Captured] = []
    for round_ in range(ENOUGH):
        fresh = stage.letters()
        written += fresh
        answers = [found for number, one in enumerate(fresh) if (found := answer(one, 100 * round_ + number))]
        if not answers:
            return written
        for one in answers:  # a report that bears no mark of ours is kept, and no ticket
            assert stage.send(one.content, one.sender, [one.to])["stage"] in {"filed", "quarantined"}
    raise AssertionError(f"it goes on: {[one.letter for one in written]}")


def away(address: str, *headers: str, to_from: bool = False, null_path: bool = False) -> Robot:
    """Somebody's vacation program."""

    def answer(letter: Captured, number: int) -> Answer | None:
        if letter.recipient != address:
            return None
        home = letter.message["Return-Path"].strip("<>")
        to = parseaddr(letter.message["From"])[1] if to_from else reply_to(letter.message)
        if null_path and not home:
            return None  # as RFC 3834 wants it
        said = [one.replace("{cited}", letter.message["Message-ID"]) for one in headers]
        return Answer("" if null_path else address, to, words(address, to, number, f"Away {number}", *said))

    return answer


@pytest.mark.parametrize(
    ("headers", "to_from"),
    [(("Auto-Submitted: auto-replied", "In-Reply-To: {cited}"), False), (("In-Reply-To: {cited}",), True), ((), True)],
)
def test_a_customers_vacation_robot(stage: Stage, headers: tuple[str, ...], to_from: bool):
    written = play(stage, away("carol@customer.test", *headers, to_from=to_from))
    assert 1 <= len([one for one in written if one.recipient == "carol@customer.test"]) <= MOST
    assert stage.outbox()


def test_an_agents_vacation_robot(stage: Stage):
    written = play(stage, away(stage.agent, "Auto-Submitted: auto-replied", "In-Reply-To: {cited}"))
    assert [one.letter for one in written if one.recipient == stage.agent] == ["notification_to_agent"]


def report(address: str, to: str, number: int, *headers: str) -> bytes:
    lines = [
        "From: Mail Delivery System <mailer-daemon@relay.test>", f"To: {to}", f"Message-ID: <{number}@relay.test>",
        "Subject: Undelivered Mail Returned to Sender", *headers, "",
        f"This is report {number}. Your message could not be delivered to one or more recipients:", "",
        f"<{address}>: host mx.there.test said: 550 5.1.1 User unknown", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def bounces(*addresses: str, to_from: bool) -> Robot:
    """A relay that sends letters to these addresses back, to the return path or to what stands in From."""

    def answer(letter: Captured, number: int) -> Answer | None:
        home = letter.message["Return-Path"].strip("<>")
        to = parseaddr(letter.message["From"])[1] if to_from else home
        if letter.recipient not in addresses or not to:
            return None
        return Answer("bounce@relay.test" if to_from else "", to, report(letter.recipient, to, number))

    return answer


@pytest.mark.parametrize(("agents", "to_from"), [(1, False), (1, True), (2, True)])
def test_a_relay_that_bounces_what_agents_get(stage: Stage, agents: int, to_from: bool):
    others = [f"other{number}@{stage.domain}" for number in range(1, agents)]
    for one in others:
        stage.desk("agent", "add", one, "--org", stage.slug)
    written = play(stage, bounces(stage.agent, *others, to_from=to_from))
    first = 1 + agents  # the acknowledgement and each agent's notification
    assert len(written) - first <= MOST


@pytest.fixture
def other(stage: Stage) -> Stage:
    """A second instance, as far as mail can tell."""
    return Stage(stage.system, f"{stage.slug}x")


def hand_over(letter: Captured, to: Stage) -> None:
    """As the world's servers would, which note something on top that makes no two mails the same."""
    home = letter.message["Return-Path"].strip("<>")
    del letter.message["Return-Path"], letter.message["Delivered-To"]
    assert to.send(letter.message.as_bytes(policy=SMTP), home, [to.support])["stage"] == "filed"


@pytest.mark.parametrize("as_agents", [True, False])
def test_two_instances_each_of_which_tells_the_other(stage: Stage, other: Stage, as_agents: bool):
    """Their agents are each other's mailboxes, by another name (as_agents is false) or by their own."""
    boxes = {}
    for place, its_friend in ((stage, other), (other, stage)):
        name = its_friend.support if as_agents else f"desk@{its_friend.slug}.example"
        place.desk("agent", "add", name, "--org", place.slug)
        boxes[name] = its_friend
    stage.send(question(stage), "carol@customer.test", [stage.support])
    chain: list[str] = []
    for _ in range(ENOUGH):
        fresh = [one for place in (stage, other) for one in place.letters() if one.recipient in boxes]
        if not fresh:
            break
        chain += [one.recipient for one in fresh]
        for one in fresh:
            hand_over(one, boxes[one.recipient])
    assert 1 <= len(chain) <= MOST, chain
    withheld = [one for place in (stage, other) for one in place.outbox() if one["state"] == "withheld"]
    assert all("no person wrote" in one["answer"] for one in withheld)
    assert len(stage.mails()) + len(other.mails()) == 1 + len(chain), "each mail is filed"


def test_one_instance_is_the_customer_of_the_other(stage: Stage, other: Stage):
    """An agent's answer goes to a mailbox that acknowledges; its acknowledgement is answered by nobody."""
    stage.send(question(stage, other.support), other.support, [stage.support])
    notice = next(one for one in stage.letters() if one.recipient == stage.agent)
    said = words(stage.agent, reply_to(notice.message), 1, "Re: The kettle")
    stage.send(said, stage.agent, [reply_to(notice.message)])
    chain: list[str] = []
    for _ in range(ENOUGH):
        fresh = [(one, box) for box in (stage, other) for one in box.letters()]
        crossing = [
            (one, to) for one, box in fresh for to in (stage, other) if to is not box and one.recipient == to.support
        ]
        if not crossing:
            break
        chain += [one.letter for one, _ in crossing]
        for one, to in crossing:
            hand_over(one, to)
    assert chain == ["reply_to_customer", "acknowledgement"]


def test_a_loop_is_shown_and_a_person_can_let_it_go_on(stage: Stage):
    """The fourth request within an hour gets no acknowledgement; once somebody has let it go, the fifth gets one."""
    for number in range(1, 5):
        mail = stage.send(
            words("rob@robot.test", stage.support, number, f"New {number}"), "rob@robot.test", [stage.support]
        )
    trace = stage.desk("mail", "explain", mail["id"])["trace"]
    (told,) = [one for one in trace if one["step"] == "loop"]
    assert (told["verdict"], "rob@robot.test within the hour" in told["reason"]) == ("withheld", True)
    (shown,) = stage.desk("ticket", "show", mail["ticket"], "--org", stage.slug)["withheld"]
    (listed,) = stage.desk("outbox", "list", "--org", stage.slug, "--state", "withheld")
    assert (shown["letter"], shown["id"]) == ("acknowledgement", listed["id"])
    assert listed["id"][-12:] in told["reason"]
    assert stage.desk("outbox", "retry", listed["id"])["state"] in {"queued", "sending", "captured"}
    stage.letters()
    stage.send(words("rob@robot.test", stage.support, 5, "New 5"), "rob@robot.test", [stage.support])
    assert "acknowledgement" in [one.letter for one in stage.letters()]
