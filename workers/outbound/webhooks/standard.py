"""What a call says and how it is signed (Standard Webhooks, https://www.standardwebhooks.com, its symmetric scheme)."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.webhook import PREFIX


def body(event: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The content of a call, the same at each try.

    Args:
        event: what happened.
        at: when.
        data: what about it, without what is None.
    """
    told = {name: value for name, value in data.items() if value is not None}
    when = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": event, "timestamp": when, "data": told}, ensure_ascii=False).encode()


def headers(call: UUID, secret: str, at: int, content: bytes) -> dict[str, str]:
    """The headers by which the receiver knows who calls, when, and whether again.

    Args:
        call: of the outbox; the same at each try.
        secret: `whsec_` and base64.
        at: now, in seconds since 1970.
        content: from `body`.

    Raises:
        ValueError: the secret is none.
    """
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = hmac.digest(key, f"{call}.{at}.".encode() + content, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Postern",
        "Webhook-Id": str(call),
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": f"v1,{b64encode(signed).decode()}",
    }
