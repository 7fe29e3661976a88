"""The provider of `fetch`: an IMAP server that keeps its mails ready as they go over the line, and costs little itself.

`python -m gateway.cli.bench.provider CERTIFICATE PORT ADDRESS MAILS`: what a client needs that only reads (RFC 9051),
over TLS. A user called `full` has the mails, everybody else an empty mailbox.
"""

import asyncio
import ssl
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.cli.bench.mails import Maker
from gateway.smtp.loop import run

HOST = "127.0.0.1"
FULL = "full"
PASSWORD = "sesame"  # noqa: S105  of a server on this machine that is gone afterwards
_SIZES = b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")\r\n'
_BODY = b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n"


def certify(folder: Path) -> Path:
    """Make a certificate for this server.

    Args:
        folder: for the file with it and its key.
    """
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    place = folder / "provider.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return place


class Provider:
    """All mailboxes.

    Args:
        mails: of the full one, oldest first.
    """

    def __init__(self, mails: Sequence[bytes]) -> None:
        date = datetime.now(UTC).strftime("%d-%b-%Y %H:%M:%S +0000").encode()
        self._bodies = [_BODY % (uid, uid, len(mail), mail) for uid, mail in enumerate(mails, 1)]
        self._sizes = [_SIZES % (uid, uid, len(mail), date) for uid, mail in enumerate(mails, 1)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes."""
        writer.write(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        user = b""
        with suppress(ConnectionError):
            while line := await reader.readline():
                tag, command, *words = line.split()
                if command.upper() == b"LOGIN":
                    user = words[0].strip(b'"')
                if command.upper() == b"IDLE":
                    writer.write(b"+ idling\r\n")
                    await reader.readline()
                writer.write(self._answer(command.upper(), words, full=user == FULL.encode()) + tag + b" OK done\r\n")
                await writer.drain()
        writer.close()

    def _answer(self, command: bytes, words: Sequence[bytes], *, full: bool) -> bytes:
        count = len(self._bodies) if full else 0
        match command, words:
            case b"CAPABILITY", _:
                return b"* CAPABILITY IMAP4rev1 IDLE\r\n"
            case b"SELECT" | b"EXAMINE", _:
                return b"* %d EXISTS\r\n* OK [UIDVALIDITY 1] numbered\r\n* FLAGS ()\r\n" % count
            case b"UID", [b"SEARCH", *asked]:
                return b"* SEARCH " + b" ".join(b"%d" % uid for uid in _found(asked, count)) + b"\r\n"
            case b"UID", [b"FETCH", numbers, *items]:
                kept = self._bodies if b"BODY.PEEK[]" in b" ".join(items) else self._sizes
                return b"".join(kept[int(uid) - 1] for uid in numbers.split(b","))
        return b""


def _found(asked: Sequence[bytes], count: int) -> range:
    """Everything, or by UID: the last one, or those from one on."""
    if asked[-1] == b"UNSEEN":
        return range(0)
    if asked[-2:-1] == [b"UID"]:
        first, _, more = asked[-1].partition(b":")
        return range(count if not more else min(int(first), count), count + 1) if count else range(0)
    return range(1, count + 1)


def main(certificate: str, port: str, address: str, mails: str) -> int:
    """Serve until killed; the words as above."""
    maker = Maker(10)
    provider = Provider([maker.mixed(address, place).content for place in range(int(mails))])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def work() -> int:
        async with await asyncio.start_server(provider.serve, HOST, int(port), ssl=context) as server:
            await server.serve_forever()
        return 0

    return run(work())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
