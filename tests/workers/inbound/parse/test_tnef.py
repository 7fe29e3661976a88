"""winmail.dat: made here by the published layout, taken apart again, and harmless however it is damaged."""

from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.tnef import MOST, unpack


def attribute(identifier: int, value: bytes) -> bytes:
    return pack("<BII", 2, identifier, len(value)) + value + b"\0\0"


def text_property(identifier: int, text: str) -> bytes:
    value = (text + "\0").encode("utf-16-le")
    return pack("<HHII", 0x1F, identifier, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def named_property() -> bytes:
    name = "Keywords\0".encode("utf-16-le")
    head = pack("<HH", 0x03, 0x8001) + bytes(16) + pack("<II", 1, len(name))
    return head + name + b"\0" * (-len(name) % 4) + pack("<I", 7)


def a_file(title: bytes, content: bytes, *properties: bytes) -> bytes:
    told = attribute(0x69005, pack("<I", len(properties)) + b"".join(properties)) if properties else b""
    return attribute(0x69002, bytes(14)) + attribute(0x18010, title + b"\0") + attribute(0x6800F, content) + told


def container(*files: bytes) -> bytes:
    return pack("<IH", 0x223E9F78, 1) + attribute(0x69007, pack("<II", 1252, 0)) + b"".join(files)


WHOLE = container(
    a_file(b"REPORT~1.PDF", b"%PDF", named_property(), text_property(0x3707, "Jahresbericht über alles.pdf")),
    a_file(b"gr\xfc\xdfe.txt", b"hello", text_property(0x370E, "text/plain"), text_property(0x3712, "a@b")),
)


def test_the_files_come_out() -> None:
    assert [(one.name, one.content_type, one.content_id, one.content) for one in unpack(WHOLE)] == [
        ("Jahresbericht über alles.pdf", "", "", b"%PDF"),
        ("grüße.txt", "text/plain", "a@b", b"hello"),
    ]


def test_a_mail_shows_them_instead_of_the_container() -> None:
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    mail = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n" + head + WHOLE + b"\r\n--b--\r\n"
    )
    assert [one.name for one in mail.attachments] == ["Jahresbericht über alles.pdf", "grüße.txt"]
    assert "attachments: unpacked from winmail.dat" in mail.marks


def test_what_cannot_be_unpacked_is_kept_as_it_is() -> None:
    mail = parse(b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nnothing of the kind")
    assert [one.name for one in mail.attachments] == ["winmail.dat"]


@given(st.integers(0, len(WHOLE)), st.binary(max_size=20))
def test_damage_costs_at_most_the_rest(place: int, damage: bytes) -> None:
    unpack(WHOLE[:place] + damage + WHOLE[place + len(damage) :])


def test_there_is_a_limit() -> None:
    assert len(unpack(container(*[a_file(b"a", b"b")] * (MOST + 1)))) == MOST
