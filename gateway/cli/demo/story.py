"""The story that Postern is about, played from outside: a question, its answer from a mail client, thanks."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Any

from gateway.cli import find, tickets
from gateway.cli.demo.mailroom import CaptureFolder, Correspondent, post
from gateway.cli.demo.waiting import until
from gateway.cli.problems import Problem

CARLA = Correspondent("Carla Customer", "carla@customer.test")
QUESTION = 'Hello,\n\nour coffee machine says "descale" and refuses to make coffee. What do we do?\n\nCarla\n'
ANSWER = (
    "Hello Carla,\n\nput one descaling tablet into the tank and press both buttons for five seconds.\n\nYour support\n"
)
THANKS = "It makes coffee again. Thank you!\n\nCarla\n"
COMMENTS = 3
_NUMBER = re.compile(r"\[([A-Z][A-Z0-9]*-\d{4}-\d{2}-\d{5,})\]")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it is played.

    Attributes:
        org: whose mailbox is written to.
        mailbox: its address.
        smtp: `HOST:PORT` of the door.
        letters: the capture folder.
        seconds: how long each step may take.
        tell: prints a line.
    """

    org: find.Org
    mailbox: str
    smtp: str
    letters: CaptureFolder
    seconds: float
    tell: Callable[[str], None]


def play(scene: Scene) -> dict[str, Any]:
    """Play it and answer the ticket, with the keys of `tickets.SHOW`.

    Args:
        scene: where.

    Raises:
        Problem: the system is not running, or a step did not come about.
    """
    subject = f"Coffee machine {secrets.token_hex(3)}"
    post(CARLA.writes(scene.mailbox, subject, QUESTION), CARLA, scene.smtp)
    scene.tell(f"{CARLA.address} wrote to {scene.mailbox}: {subject!r} is stored")
    receipt = _await(scene, subject, CARLA.address, "the acknowledgement", automatic=True)
    scene.tell(f"{CARLA.address} got an acknowledgement: {_subject(receipt)}")
    _answer(scene, subject)
    answer = _await(scene, subject, CARLA.address, "the answer", automatic=False)
    scene.tell(f"{CARLA.address} got the answer: {_subject(answer)}")
    post(CARLA.writes(_reply_to(answer), f"Re: {subject}", THANKS, answer), CARLA, scene.smtp)
    scene.tell(f"{CARLA.address} pressed reply; it must land on the same ticket")
    return _thread(scene, receipt)


def _answer(scene: Scene, subject: str) -> None:
    """Whoever was notified presses reply; where to is read from the captured notification, as a mail client does."""

    def notification() -> Message | None:
        return scene.letters.find(subject, besides=CARLA.address, automatic=True)

    notice = until(notification, "a notification", scene.seconds)
    agent = Correspondent("", str(notice["Delivered-To"]))
    scene.tell(f"{agent.address} got a notification: {_subject(notice)}")
    post(agent.writes(_reply_to(notice), f"Re: {_subject(notice)}", ANSWER, notice), agent, scene.smtp)
    scene.tell(f"{agent.address} pressed reply in their mail client")


def _await(scene: Scene, subject: str, to: str, what: str, *, automatic: bool) -> Message:
    return until(lambda: scene.letters.find(subject, to=to, automatic=automatic), what, scene.seconds)


def _thread(scene: Scene, receipt: Message) -> dict[str, Any]:
    found = _NUMBER.search(_subject(receipt))
    if not found:
        raise Problem(f"the acknowledgement names no ticket: {_subject(receipt)!r}")
    org, ticket = find.ticket(found[1], scene.org.slug)

    def whole() -> dict[str, Any] | None:
        shown = tickets.shown(org, ticket)
        return shown if len(shown["comments"]) >= COMMENTS else None

    return until(whole, f"the third comment on {found[1]}", scene.seconds)


def _reply_to(letter: Message) -> str:
    return parseaddr(str(letter["Reply-To"] or letter["From"]))[1]


def _subject(letter: Message) -> str:
    return " ".join(str(letter["Subject"]).split())
