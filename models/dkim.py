"""Keys that sign letters (RFC 6376, RFC 8463): made, sealed into their rows, opened for who signs.

OpenSSL signs by way of `cryptography`; in pure Python an RSA signature would cost more than all the rest of a letter.
"""

import base64
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from sqlalchemy import Connection, Row, text

from models.base import uuid7
from models.seal import seal, signing_key_row, unseal

RSA_BITS = 2048  # RFC 8301 section 3.2 asks for it, and a longer key does not fit into what some DNS hosts take
Sign = Callable[[bytes], bytes]


class Algorithm(StrEnum):
    """What a key signs with; the first is understood by everybody, so it comes first in a letter, too."""

    RSA = "rsa-sha256"
    ED25519 = "ed25519-sha256"

    @property
    def key_type(self) -> str:
        """The `k=` of its record."""
        return self.value.removesuffix("-sha256")


@dataclass(frozen=True, slots=True)
class Pair:
    """A new key: what is sealed, and the `p=` of its record."""

    secret: str = field(repr=False)
    public: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs letters of a domain.

    Attributes:
        sign: the signature of some bytes.
    """

    domain: str
    selector: str
    algorithm: Algorithm
    sign: Sign = field(repr=False)


_ADD = text(
    "INSERT INTO signing_keys (org_id, id, domain, selector, algorithm, sealed, key_id, public_key)"
    " VALUES (:org, :id, :domain, :selector, :algorithm, :sealed, :key_id, :public)"
)
_TAKE = text(
    "SELECT id, domain, selector, algorithm, sealed, key_id FROM signing_keys WHERE org_id = :org AND id = ANY (:ids)"
)


def make(algorithm: Algorithm) -> Pair:
    """A new key."""
    if algorithm is Algorithm.RSA:
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        shown = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return Pair(_stored(key), base64.b64encode(shown).decode())
    short = ed25519.Ed25519PrivateKey.generate()
    return Pair(_stored(short), base64.b64encode(short.public_key().public_bytes_raw()).decode())


def opened(secret: str) -> Sign:
    """What signs with a key that `make` made.

    Raises:
        ValueError: it is no such key.
    """
    key = serialization.load_der_private_key(base64.b64decode(secret), password=None)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda said: key.sign(said, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return lambda said: key.sign(sha256(said).digest())  # RFC 8463 section 3: the digest is what is signed
    raise ValueError("a key of another kind")


def put_key(connection: Connection, org: UUID, domain: str, selector: str, algorithm: Algorithm) -> UUID:
    """Make a key for a domain and store it; it does not sign yet.

    Args:
        connection: in the context of `org`, as admin or system; the caller ends it.
        org: whose letters it is for.
        domain: in lower case and ASCII, as it stands in From.
        selector: under which it is published.
        algorithm: what for.
    """
    pair, key = make(algorithm), uuid7()
    made = seal(pair.secret, org, signing_key_row(key))
    said = {"org": org, "id": key, "domain": domain, "selector": selector, "algorithm": algorithm}
    connection.execute(_ADD, {**said, "sealed": made.sealed, "key_id": made.key_id, "public": pair.public})
    return key


def sealed_keys(connection: Connection, org: UUID, wanted: Collection[UUID]) -> Sequence[Row[Any]]:
    """The rows of these keys, for `open_key`; one that is not there any more is left out.

    Args:
        connection: in the context of `org`, as admin or system.
        org: whose keys they are.
        wanted: their identifiers.
    """
    return connection.execute(_TAKE, {"org": org, "ids": list(wanted)}).all()


def open_key(org: UUID, row: Row[Any]) -> Signer:
    """Who signs with a key.

    Args:
        org: whose key it is.
        row: from `sealed_keys`.

    Raises:
        Broken: it cannot be opened.
    """
    secret = unseal(row.sealed, row.key_id, org, signing_key_row(row.id))
    return Signer(row.domain, row.selector, Algorithm(row.algorithm), opened(secret))


def _stored(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return base64.b64encode(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    ).decode()
