"""Which envelopes may enter, on the raw bytes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway import envelope
from gateway.envelope import Sender, recipient, sender

LOCAL = st.from_regex(rb"[A-Za-z0-9!#$&'*+/=?^_`{|}~.-]{1,64}", fullmatch=True).filter(lambda raw: b"=?" not in raw)
HOST = st.from_regex(rb"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?){0,4}", fullmatch=True)


def mail(argument: bytes, *, extended: bool = True, max_bytes: int = 1000) -> Sender | bytes:
    return sender(argument, extended=extended, max_bytes=max_bytes)


def code(found: object) -> str:
    assert isinstance(found, bytes), found
    assert found.endswith(b"\r\n")
    return found[:3].decode()


@given(LOCAL, HOST)
def test_plain_addresses_pass_as_they_are(local: bytes, host: bytes):
    address = local + b"@" + host
    assert mail(b"FROM:<" + address + b">") == Sender(address.decode())
    assert recipient(b"TO:<" + address + b">", utf8=False) == address.decode()


@given(st.binary(max_size=40), st.booleans())
@example(b"=?utf-8?q?support=40orgB.test=3e=20?=@orgA.test", False)
def test_whatever_passes_is_what_was_written(raw: bytes, utf8: bool):
    found = recipient(b"TO:<" + raw + b">", utf8=utf8)
    if isinstance(found, str):
        assert found.encode() == raw
        local, _, host = found.rpartition("@")
        assert local
        assert host
        assert not set(found) & set('<>()[]"\\,;: %\r\n\t\0')
        assert found.isprintable()
    else:
        assert code(found) in {"501", "553", "555"}


HOSTILE = [
    (b"=?utf-8?q?support=40orgB.test=3e=20?=@orgA.test", "501"),  # encoded word, decoded by aiosmtpd itself
    (b"support\0@a.test", "501"),
    (b"support@a.test\0", "501"),
    (b"sup\x1bport@a.test", "501"),
    (b"support@a.\ttest", "501"),
    (b"support @a.test", "501"),
    (b'"support"@a.test', "553"),
    (b'"support@b.test"@a.test', "553"),
    (b'"x', "553"),
    (b"support(comment)@a.test", "553"),
    (b"support@a.test(comment)", "553"),
    (b"sup\\port@a.test", "553"),
    (b"@a.test,@b.test:support@c.test", "553"),
    (b"@a.test:support@b.test", "553"),
    (b"support%b.test@a.test", "553"),
    (b"support@[127.0.0.1]", "553"),
    (b"support@[IPv6:::1]", "553"),
    (b"support@b.test@a.test", "501"),
    (b"support", "501"),
    (b"support@", "501"),
    (b"@a.test", "501"),
    (b"support@a..test", "501"),
    (b"support@.test", "501"),
    (b"support@-a.test", "501"),
    (b"support@a.test.", "501"),
    (b"a" * 65 + b"@a.test", "501"),
    (b"a@" + b"a." * 127 + b"aa", "501"),
    (b"a@" + b"a" * 64 + b".test", "501"),
    ("süpport@a.test".encode(), "501"),
    (b"s\xfcpport@a.test", "501"),
    (b"", "501"),
]


@pytest.mark.parametrize(("address", "expected"), HOSTILE)
def test_hostile_recipients(address: bytes, expected: str):
    assert code(recipient(b"TO:<" + address + b">", utf8=False)) == expected


@pytest.mark.parametrize(
    "address", [address for address, _ in HOSTILE if address and b"%" not in address and b"[" not in address]
)
def test_hostile_senders(address: bytes):
    assert code(mail(b"FROM:<" + address + b">")) in {"501", "553"}


@pytest.mark.parametrize(
    "address",
    [b"", b"a..b.@docomo.test", b"prvs=1=x@a.test", b"a%b@c.test", b"x@[192.0.2.1]", b"x@localhost", b"b!c@d.test"],
)
def test_senders_the_world_really_uses(address: bytes):
    assert mail(b"FROM:<" + address + b">") == Sender(address.decode())


@pytest.mark.parametrize(
    "argument",
    [
        b"",
        b"TO",
        b"TO:",
        b"TO:a@b.test",
        b"TO:<a@b.test",
        b"TO:a@b.test>",
        b"FROM:<a@b.test>",
        b"TO:<<a@b.test>>",
        b"TO <a@b.test>",
        b"TO:<a@b.test>x",
        b"TO:\0<a@b.test>",
        b'TO:<"a>b"@c.test>',
        b"TO:<a@b.test> <c@d.test>",
    ],
)
def test_malformed_arguments_rfc5321_4_1_2(argument: bytes):
    assert code(recipient(argument, utf8=False)) in {"501", "555"}


def test_space_after_the_colon_is_tolerated():
    assert recipient(b"to: <a@b.test>", utf8=False) == "a@b.test"


class TestSmtpUtf8:
    """RFC 6531."""

    def test_only_with_the_parameter(self):
        address = "jürgen@bücher.test"
        argument = b"FROM:<" + address.encode() + b">"
        assert mail(argument) == envelope.NEEDS_SMTPUTF8
        assert mail(argument + b" SMTPUTF8") == Sender(address, utf8=True)
        assert recipient(b"TO:<" + address.encode() + b">", utf8=True) == address

    @pytest.mark.parametrize(
        "address",
        [
            b"j\xfcrgen@a.test",
            "a\u200bb@a.test".encode(),
            "a\u202eb@a.test".encode(),
            "a\u2028b@a.test".encode(),
            "a\u0085b@a.test".encode(),
            "a\u00a0b@a.test".encode(),
            b"\xed\xa0\x80@a.test",
        ],
    )
    def test_broken_or_invisible_letters_are_refused(self, address: bytes):
        assert code(recipient(b"TO:<" + address + b">", utf8=True)) == "501"


class TestParameters:
    """RFC 1870, RFC 6152, RFC 6531; everything else is unknown."""

    @pytest.mark.parametrize(
        ("parameters", "expected"),
        [
            (b"SIZE=1000", Sender("a@b.test", 1000)),
            (b"size=7 body=8bitmime", Sender("a@b.test", 7)),
            (b" BODY=7BIT  SMTPUTF8 ", Sender("a@b.test", 0, utf8=True)),
            (b"SIZE=1001", envelope.TOO_BIG),
            (b"SIZE=99999999999999999999", envelope.TOO_BIG),
            (b"SIZE=999999999999999999999", envelope.BAD_PARAMETER),
            (b"SIZE=-1", envelope.BAD_PARAMETER),
            (b"SIZE=", envelope.BAD_PARAMETER),
            (b"SIZE", envelope.BAD_PARAMETER),
            (b"SIZE=1 SIZE=1", envelope.BAD_PARAMETER),
            (b"BODY=BINARYMIME", envelope.BAD_PARAMETER),
            (b"BODY", envelope.BAD_PARAMETER),
            (b"SMTPUTF8=1", envelope.BAD_PARAMETER),
            (b"AUTH=<>", envelope.UNKNOWN_PARAMETER),
            (b"RET=HDRS", envelope.UNKNOWN_PARAMETER),
            (b"X", envelope.UNKNOWN_PARAMETER),
            (b"-X", envelope.BAD_PARAMETER),
            (b"SIZE=1\x0bBODY=7BIT", envelope.BAD_PARAMETER),
        ],
    )
    def test_of_mail(self, parameters: bytes, expected: Sender | bytes):
        assert mail(b"FROM:<a@b.test> " + parameters) == expected

    def test_must_be_separate(self):
        assert mail(b"FROM:<a@b.test>SIZE=1") == envelope.SYNTAX_MAIL

    def test_none_after_helo(self):
        assert mail(b"FROM:<a@b.test> SIZE=1", extended=False) == envelope.UNKNOWN_PARAMETER

    def test_none_for_recipients(self):
        assert recipient(b"TO:<a@b.test> NOTIFY=NEVER", utf8=False) == envelope.UNKNOWN_PARAMETER
