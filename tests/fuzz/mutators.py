"""How a mail is damaged: in its bytes, its lines, its headers, its structure; each a function of chance and bytes."""

from collections.abc import Callable
from random import Random

from tests.fuzz.seeds import SEEDS

Mutator = Callable[[Random, bytes], bytes]

TOKENS = (
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b"\x1b[2J", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xc2\x85",
    b"\t", b" ", b".", b"\r\n.\r\n ", b":", b";", b",", b"<", b">", b"@", b"(", b")", b'"', b"\\", b"=", b"%",
    b"--=b", b"--=b--", b"--=c", b"=?utf-8?q?=0D=0ABcc:_v=40x.test?=", b"=?utf-8?b?/////w==?=", b"=?x?q?=00?=",
    b"=?utf-7?q?+AGE-?=", b"{{7*7}}", b"' OR 1=1 --", b"$(id)", b"../../x", b"<script>x</script>", b"<!--", b"&#0;",
    b"&#55296;", b"\xf0\x9f\x92\xa9", b"=C3=28", b"begin 644 x\r\n", b"> ", b"On Mon, x wrote:\r\n", b"-- \r\n",
    b"9" * 30, b"-1", b"9999-99-99",
)  # fmt: skip
CHARSETS = (
    b"utf-7", b"utf-16", b"utf-32", b"punycode", b"idna", b"rot13", b"hex", b"unicode_escape", b"raw_unicode_escape",
    b"cp037", b"iso-2022-jp", b"big5", b"koi8-r", b"macroman", b"x" * 500, b"", b"utf-8\0", b"undefined", b"mbcs",
    b"zip", b"\xff",
)  # fmt: skip
TYPES = (
    b"text/html", b"text/plain", b"message/rfc822", b"message/partial; id=1; number=2", b"multipart/mixed",
    b"image/svg+xml", b"multipart/report; report-type=delivery-status", b"message/delivery-status",
    b"application/octet-stream", b"text/calendar", b"message/external-body; access-type=URL", b"multipart/signed",
    b"/", b"text", b";;;", b'text/plain; name="' + b"a" * 300, b"multipart/mixed; boundary=",
    b'multipart/mixed; boundary="=b"', b"application/pkcs7-mime", b"multipart/digest; boundary==c",
)  # fmt: skip
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"8bit", b"binary", b"gzip64", b"base64, base64")
NAMES = (
    b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"Reply-To", b"Sender",
    b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Content-ID", b"Auto-Submitted",
    b"Precedence", b"List-Id", b"From ", b"X-Postern-Loop", b"Return-Path", b"Received", b"MIME-Version", b"X-\xff",
    b"", b"Resent-From", b"X-Auto-Response-Suppress",
)  # fmt: skip


def flip(random: Random, content: bytes) -> bytes:
    """Some bytes become others."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def insert(random: Random, content: bytes) -> bytes:
    """A piece that means something is put somewhere, perhaps often."""
    at, often = random.randint(0, len(content)), random.choice((1, 1, 1, 2, 50, 3_000))
    return content[:at] + random.choice(TOKENS) * often + content[at:]


def cut(random: Random, content: bytes) -> bytes:
    """A span is left out, or the end."""
    start, length = random.randint(0, len(content)), random.choice((1, 5, 60, len(content)))
    return content[:start] + content[start + length :]


def repeat(random: Random, content: bytes) -> bytes:
    """A span comes again, perhaps often."""
    start = random.randint(0, len(content))
    span = content[start : start + random.choice((1, 20, 200, 2_000))]
    return content[:start] + span * random.choice((2, 3, 30)) + content[start:]


def splice(random: Random, content: bytes) -> bytes:
    """The rest is another mail's."""
    other = random.choice(SEEDS)
    return content[: random.randint(0, len(content))] + other[random.randint(0, len(other)) :]


def lines(random: Random, content: bytes) -> bytes:
    """Lines change places, come twice or lose their ends."""
    found = content.split(b"\r\n")
    one, other = random.randrange(len(found)), random.randrange(len(found))
    found[one], found[other] = found[other], found[random.choice((one, other))]
    end = b"\n" if random.random() < 0.05 else b"\r\n"
    return end.join(found)


def header(random: Random, content: bytes) -> bytes:
    """A header is added in front of the others, as one of a kind or the second."""
    value = b"".join(random.choices(TOKENS, k=random.randint(0, 6))).replace(b"\r\n", b"\r\n ")
    known = random.choice((b"a@b.test", b"<1@good.test>", random.choice(TYPES), random.choice(ENCODINGS), b""))
    return random.choice(NAMES) + b": " + known + value + b"\r\n" + content


def fold(random: Random, content: bytes) -> bytes:
    """A line is folded where none would be, or grows beyond what lines may have."""
    at = random.randint(0, len(content))
    return content[:at] + random.choice((b"\r\n ", b"\r\n\t", b"a" * 998, b"b" * 120_000, b" " * 5_000)) + content[at:]


def retype(random: Random, content: bytes) -> bytes:
    """Parts claim to be something else."""
    kinds = (
        (b"text/plain", TYPES),
        (b"text/html", TYPES),
        (b"utf-8", CHARSETS),
        (b"base64", ENCODINGS),
        (b"multipart/mixed", TYPES),
    )
    old, new = random.choice(kinds)
    return content.replace(old, random.choice(new), random.choice((1, -1)))


def nest(random: Random, content: bytes) -> bytes:
    """It becomes a part of something else, many times over."""
    head, deep = content.partition(b"\r\n\r\n")[0], random.choice((1, 3, 40, 60, 300))
    around = random.choice(
        (b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n")
    )
    return head + b"\r\n" + around * deep + content


MUTATORS: tuple[Mutator, ...] = (flip, insert, cut, repeat, splice, lines, header, fold, retype, nest)


def mutated(random: Random) -> bytes:
    """A mail with some damage; it ends with a line end, as SMTP has it."""
    content = random.choice(SEEDS)
    for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
        content = random.choice(MUTATORS)(random, content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"
