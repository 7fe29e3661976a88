"""How fast one process renders, signs (RSA-2048) and sends letters, against ways to do it with less of our own.

One takes the same letters, unsigned, through dkimpy and smtplib, if dkimpy is installed. One puts its letters together
without templates and signs them by OpenSSL; and one, for comparison only, has them ready and but signs and sends them.
"""

import importlib
import importlib.util
import smtplib
import sys
import textwrap
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

from gateway.cli.bench import stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.handmade import handmade
from gateway.cli.bench.measure import Measure, rate
from gateway.cli.problems import Problem
from gateway.supervisor.instance import split
from models.base import uuid7
from models.dkim import Algorithm, Pair, Signer, make, opened
from models.outgoing import Letter, State
from workers.outbound.compose import compose
from workers.outbound.courier import Courier
from workers.outbound.dkim import signatures
from workers.outbound.letter import Draft, Person, Written
from workers.outbound.mime import Headers, head
from workers.outbound.post import post
from workers.outbound.relay import parse_relay
from workers.outbound.render import render

NAME = "letters: rendered, signed and sent by one process"
DKIMPY_GOAL, BARE_GOAL = 4.0, 0.7
KINDS = (Letter.ACKNOWLEDGEMENT, Letter.NOTIFICATION, Letter.REPLY)
WRAPPED = 26  # bytes before the RSAPrivateKey (RFC 8017) that PKCS #8 wraps, for a key of 2048 bits
WORDS = "The printer in the hall was moved, and since then it says that it has no paper, although it has.\n" * 18
RELAXED = (b"relaxed", b"relaxed")
Send = Callable[[Sequence[Draft]], None]


def measure(effort: Effort) -> Iterator[Measure]:
    """A row against each.

    Args:
        effort: how much.

    Raises:
        Problem: not every letter was taken.
    """
    pair = make(Algorithm.RSA)
    signer = Signer("bench.test", "bench", Algorithm.RSA, opened(pair.secret))
    drafts = [_draft(number, signer) for number in range(effort.filed)]
    with _sink() as address:
        ours = _ours(address)
        yield _compared("a loop without templates", BARE_GOAL, (ours, _bare(address)), drafts, effort)
        ready = _compared("a loop whose letters lie ready", 0, (ours, _ready(address, drafts)), drafts, effort)
        yield replace(ready, goal=None, holds=None)
        if importlib.util.find_spec("dkim"):
            yield _compared("dkimpy and smtplib", DKIMPY_GOAL, (ours, _dkimpy(address, pair)), drafts, effort)
        else:
            sys.stdout.write("not compared: dkimpy is not installed\n")


def _compared(with_whom: str, goal: float, sides: tuple[Send, Send], drafts: list[Draft], effort: Effort) -> Measure:
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(effort.rounds + 1):
        for send, rates in zip(sides, found, strict=True):
            began = perf_counter()
            send(drafts)
            if number or effort.rounds == 1:  # the first of each warms up
                rates.append(len(drafts) / (perf_counter() - began))
    return rate(f"{NAME}, of {with_whom}", *found, goal)


def _ours(address: str) -> Send:
    courier = Courier(parse_relay(f"smtp://{address}"), "bench.test")

    def send(drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            outcome = post(draft, courier.deliver)
            if outcome.state is not State.SENT:
                raise Problem(f"a letter is {outcome.state}: {outcome.answer}")

    return send


def _bare(address: str) -> Send:
    def send(drafts: Sequence[Draft]) -> None:
        with smtplib.SMTP(*split(address), local_hostname="bench.test") as client:
            for draft in drafts:
                headers, body = handmade(draft)
                signed = signatures(draft.signers, headers, body, draft.created_at)
                content = head((*signed, *headers)) + b"\r\n" + body
                client.sendmail(draft.return_path, [draft.recipient.address], content)

    return send


def _ready(address: str, drafts: Sequence[Draft]) -> Send:
    ready = [(draft, *_taken_apart(_unsigned(draft))) for draft in drafts]

    def send(_: Sequence[Draft]) -> None:
        with smtplib.SMTP(*split(address), local_hostname="bench.test") as client:
            for draft, letter, headers, body in ready:
                signed = signatures(draft.signers, headers, body, draft.created_at)
                _hand(client, letter, head(signed) + letter.content)

    return send


def _dkimpy(address: str, pair: Pair) -> Send:
    dkim = importlib.import_module("dkim")
    lines = textwrap.fill(b64encode(b64decode(pair.secret)[WRAPPED:]).decode(), 64)
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----\n".encode()

    def send(drafts: Sequence[Draft]) -> None:
        with smtplib.SMTP(*split(address), local_hostname="bench.test") as client:
            for draft in drafts:
                letter = _unsigned(draft)
                signature = dkim.sign(letter.content, b"bench", b"bench.test", key, canonicalize=RELAXED)
                _hand(client, letter, signature + letter.content)

    return send


def _taken_apart(letter: Written) -> tuple[Written, Headers, bytes]:
    top, _, body = letter.content.partition(b"\r\n\r\n")
    fields = (line.partition(": ") for line in top.decode().replace("\r\n ", " ").split("\r\n"))
    return letter, tuple((name, value) for name, _, value in fields), body


def _hand(client: smtplib.SMTP, letter: Written, content: bytes) -> None:
    client.sendmail(letter.mail_from, [letter.recipient], content)


def _unsigned(draft: Draft) -> Written:
    return compose(bare := replace(draft, signers=()), render(bare))


def _draft(number: int, signer: Signer) -> Draft:
    letter, ticket = uuid7(), uuid7()
    return Draft(
        id=letter,
        kind=KINDS[number % len(KINDS)],
        recipient=Person(f"Carla Customer {number}", f"carla{number}@customer.test"),
        sender=Person("Ann Agent", "support@bench.test"),
        organization="Bench",
        number=f"BENCH-2026-11-{number:05}",
        title=f"The printer in hall {number} says that it has no paper",
        author=Person("Ann Agent", "ann@bench.test"),
        text=f"Hello {number},\n\n{WORDS}",
        html=None,
        message_id=f"<{letter.hex}.{'a' * 26}@bench.test>",
        reply_to=f"support+r{'a' * 38}@bench.test",
        return_path=f"support+b{'a' * 38}@bench.test",
        loop="a" * 26,
        created_at=datetime.now(UTC),
        in_reply_to=f"<{number}@customer.test>",
        references=(f"<{number}@customer.test>",),
        ticket=ticket,
        signers=(signer,),
    )


@contextmanager
def _sink() -> Iterator[str]:
    with stage.folder() as data:
        data.mkdir()
        address, log = stage.free_address(), data / "sink.log"
        words = ("-m", "gateway.cli.bench.sink", address.rpartition(":")[2])
        with stage.program(words, log) as process:
            stage.await_open(address, process, log)
            yield address
