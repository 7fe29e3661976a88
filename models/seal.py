"""Secrets at rest: what opens a mailbox is sealed before it is stored, bound to its organization and its row.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits before the ciphertext. The organization and the row are
associated data, so a sealed value that somebody copies to another row or another tenant opens nothing there.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models import seal_keys

NONCE = 12  # bytes
_PURPOSE = b"postern seal 1"
_ADVICE = {
    "mailbox_tokens": "give the secret anew with `postern mailbox rotate-secret`",
    "signing_keys": "make a new key with `postern dkim rotate`",
    "webhooks": "make a new secret with `postern webhooks rotate`",
}


class Broken(Exception):  # noqa: N818  it is the seal that is broken
    """A seal does not open; the sentence says what to do and holds nothing of the secret."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What may be stored.

    Attributes:
        sealed: nonce, ciphertext and tag.
        key_id: the name of the key.
    """

    sealed: bytes
    key_id: str


def token_row(mailbox: UUID, kind: str) -> str:
    """The name of a row of `mailbox_tokens`, for its seal."""
    return f"mailbox_tokens:{mailbox}:{kind}"


def signing_key_row(key: UUID) -> str:
    """The name of a row of `signing_keys`, for its seal."""
    return f"signing_keys:{key}"


def webhook_row(webhook: UUID) -> str:
    """The name of a row of `webhooks`, for its seal."""
    return f"webhooks:{webhook}"


def seal(secret: str, org: UUID, row: str) -> Sealed:
    """Seal a secret with the newest key.

    Args:
        secret: any text, also what a terminal could not decode.
        org: the organization it belongs to.
        row: the row it is stored in, from `token_row`, `signing_key_row` or `webhook_row`.
    """
    name, key = next(iter(seal_keys.keys().items()))
    nonce = secrets.token_bytes(NONCE)
    text = secret.encode("utf-8", "surrogatepass")
    return Sealed(nonce + AESGCM(key).encrypt(nonce, text, _bound(org, row)), name)


def unseal(sealed: bytes, key_id: str, org: UUID, row: str) -> str:
    """The secret that was sealed for this organization and row.

    Args:
        sealed: as stored.
        key_id: as stored beside it.
        org: the organization whose row it is.
        row: the row it was read from.

    Raises:
        Broken: the key is not known, or the value was changed or belongs elsewhere.
    """
    key, advice = seal_keys.keys().get(key_id), _ADVICE.get(row.partition(":")[0], _ADVICE["mailbox_tokens"])
    if key is None:
        where = f"the key {key_id!r}, which is not in {seal_keys.place()}"
        raise Broken(f"{row} is sealed with {where}; restore that from its backup, or {advice}")
    try:
        text = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(org, row))
    except (InvalidTag, ValueError):  # the latter: too short for a nonce
        raise Broken(f"the seal of {row} is broken: it was changed or copied from another row; {advice}") from None
    return text.decode("utf-8", "surrogatepass")


def _bound(org: UUID, row: str) -> bytes:
    return b"\0".join((_PURPOSE, org.bytes, row.encode()))
