"""Words within an S/MIME signature are read; an encrypted mail says that it is one, and is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.mail import Mail
from workers.inbound.parse import parse, smime

ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe!\r\n"


def signed(content: bytes) -> bytes:
    """As a mail program signs, its words within the signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ann")])
    day = datetime(2026, 11, 3, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(1))
    builder = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(made.sign(key, hashes.SHA256()), key, hashes.SHA256())
    )
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


OPAQUE = signed(ENTITY)


def streamed(*pieces: bytes) -> bytes:
    """The beginning of the same by a program that writes before it knows the length (BER)."""
    chunks = b"".join(bytes([0x04, len(piece)]) + piece for piece in pieces)
    head = bytes.fromhex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080 06092a864886f70d010701 a080 2480")
    return head + chunks + bytes(12)


def test_what_was_signed_comes_out() -> None:
    assert smime.opened(OPAQUE) == ENTITY
    assert smime.opened(streamed(b"one ", b"", b"two")) == b"one two"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        OPAQUE.replace(bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703")),
        b"\x30\x89",
    ],
)
def test_what_is_no_signed_message_stays_closed(content: bytes) -> None:
    assert smime.opened(content) is None


@given(st.integers(0, len(OPAQUE)), st.binary(max_size=3))
def test_a_damaged_one_harms_nobody(place: int, damage: bytes) -> None:
    smime.opened(OPAQUE[:place] + damage + OPAQUE[place + len(damage) :])
    smime.opened(OPAQUE[:place])


def mail(content: bytes, kind: str = "application/pkcs7-mime; name=smime.p7m", before: bytes = b"") -> Mail:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\nContent-Disposition: attachment\r\n\r\n"
    if not before:
        return parse(b"From: a@b.test\r\n" + head.encode() + content)
    top = b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + before + b"\r\n--b\r\n"
    return parse(top + head.encode() + content + b"\r\n--b--\r\n")


def test_a_signed_mail_is_read_and_its_signature_kept() -> None:
    read = mail(OPAQUE)
    assert (read.text, read.unreadable) == ("Grüße!\n", None)
    assert [(one.name, one.content) for one in read.attachments] == [("smime.p7m", OPAQUE)]


def test_signatures_are_not_opened_without_end() -> None:
    layer = ENTITY
    for _ in range(4):
        layer = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + signed(layer)
    read = parse(layer)
    assert (read.text, [one.name for one in read.attachments]) == ("", ["smime.p7m"] * 3)


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=enveloped-data", "application/x-pkcs7-mime"])
def test_an_encrypted_mail_says_so(kind: str) -> None:
    read = mail(b"whatever", kind)
    assert read.unreadable == "The mail is encrypted (S/MIME); only who has the key can read it."
    assert [one.name for one in read.attachments] == ["smime.p7m"]


@pytest.mark.parametrize(
    ("kind", "before"),
    [("application/pkcs7-mime; smime-type=certs-only", b""), ("application/pkcs7-mime", b"see the file")],
)
def test_a_mail_with_such_a_file_is_not_encrypted(kind: str, before: bytes) -> None:
    assert mail(b"whatever", kind, before).unreadable is None


def test_an_openpgp_mail_says_so_and_its_parts_are_named() -> None:
    read = parse(
        b"From: a@b.test\r\nContent-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--b--\r\n"
    )
    assert read.unreadable == "The mail is encrypted (OpenPGP); only who has the key can read it."
    assert [one.name for one in read.attachments] == ["version.txt", "encrypted.asc"]
