"""A certificate for the door, signed by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def write(folder: Path, name: str) -> dict[str, Path]:
    """Make a key and a certificate for a host; the files as settings of Postern."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(minutes=5)
    draft = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    signed = draft.not_valid_before(start).not_valid_after(start + timedelta(days=1)).sign(key, SHA256())
    files = {"tls_certificate": folder / "certificate.pem", "tls_key": folder / "key.pem"}
    files["tls_certificate"].write_bytes(signed.public_bytes(Encoding.PEM))
    files["tls_key"].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
