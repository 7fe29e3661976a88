"""How a conversation is damaged: commands in any order and number, with any bytes in them, in pieces of any size."""

from collections.abc import Sequence
from random import Random

from tests.fuzz.mutators import TOKENS, cut, flip, insert, mutated, repeat

COMMANDS = (
    b"EHLO client.test", b"HELO client.test", b"LHLO client.test", b"RSET", b"NOOP", b"NOOP x", b"VRFY ann",
    b"EXPN all", b"HELP", b"STARTTLS", b"AUTH PLAIN AGEAYg==", b"QUIT", b"BDAT 10 LAST", b"ETRN x", b"GET / HTTP/1.1",
    b"", b"MAIL FROM:<>", b"MAIL FROM:<ann@good.test> SIZE=99999999999",
    b"MAIL FROM:<ann@good.test> SIZE=-1 BODY=8BITMIME SMTPUTF8 X=Y", b"RCPT TO:<nobody@else.test>", b"RCPT TO:<>",
    b"RCPT TO:<@a.test:b@c.test>", b'RCPT TO:<"a b"@c.test>', b"RCPT TO:<x", b"XCLIENT ADDR=1.2.3.4",
    b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2", b"\x16\x03\x01", b"A" * 2_000, b"RCPT TO:" + b"<" * 900,
)  # fmt: skip


def conversation(random: Random, recipient: str) -> bytes:
    """What a client says after the banner, all of it."""
    content = mutated(random).replace(b"\r\n.", b"\r\n..")
    to = f"RCPT TO:<{recipient}>".encode()
    said = [b"EHLO client.test", b"MAIL FROM:<ann@good.test>", to, b"DATA", content + b".", b"QUIT"]
    for _ in range(random.randint(0, 5)):
        at = random.randint(0, len(said))
        said[at:at] = random.choice(([random.choice(COMMANDS)], [random.choice(COMMANDS)] * 12, said[at - 1 : at], []))
    raw = b"\r\n".join(said) + b"\r\n"
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        raw = random.choice((flip, insert, cut, repeat, _between))(random, raw)
    return raw


def _between(random: Random, raw: bytes) -> bytes:
    """Something stands at the end of a line that does not belong there."""
    parts = raw.split(b"\r\n", random.randint(1, 6))
    return parts[0] + random.choice(TOKENS) + b"\r\n" + b"\r\n".join(parts[1:])


def pieces(random: Random, raw: bytes) -> Sequence[bytes]:
    """The same bytes as packets of any size."""
    places = sorted(random.randint(0, len(raw)) for _ in range(random.choice((0, 1, 3, 8))))
    return [raw[start:end] for start, end in zip([0, *places], [*places, len(raw)], strict=True)]
