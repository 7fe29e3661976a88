"""What a token server may answer (RFC 6749 section 5): tokens, or why not. Its words are never repeated.

A description may quote what was sent, so of a refusal only its code is told, and only a code that a standard knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.failures import Permanent, Temporary
from gateway.oauth.wire import Answer

CODES = {
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
    "invalid_scope", "access_denied", "server_error", "temporarily_unavailable", "authorization_pending", "slow_down",
    "expired_token", "interaction_required", "consent_required", "login_required",
}  # fmt: skip
UNSAID = 3600  # seconds that an access token lasts if its server does not say
LONGEST_LIFE = 366 * 86_400  # seconds; what is said beyond is not believed
LONGEST_TOKEN = 32_768
OK = 200


@dataclass(frozen=True, slots=True)
class Tokens:
    """What lets us in.

    Attributes:
        access: for the mail server, until `expires_at`.
        refresh: for the next access token; '' if the one that was used stays.
        refresh_expires_at: when the login itself ends, if the server said so.
    """

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str = field(repr=False)
    refresh_expires_at: datetime | None = None


def tokens(answer: Answer) -> Tokens:
    """The tokens in an answer.

    Raises:
        Permanent: the grant is not or no longer valid: a person has to log in again.
        Temporary: anything else.
    """
    said = answer.said
    if (code := code_of(answer)) == "invalid_grant":
        raise Permanent(
            f"{answer.host} does not accept this login any more (invalid_grant): it was revoked, it ran out, or its"
            " password changed; log in again with `postern mailbox rotate-secret`"
        )
    if answer.status != OK or code:
        raise Temporary(f"{answer.host} gave no token: {code or f'HTTP {answer.status}'}")
    if not _is_token(said.get("access_token")) or str(said.get("token_type", "bearer")).lower() != "bearer":
        raise Temporary(f"{answer.host} gave no token that can be used")
    now = datetime.now(UTC)
    refresh, life = said.get("refresh_token"), _seconds(said, "refresh_token_expires_in")
    return Tokens(
        access=said["access_token"],
        expires_at=now + timedelta(seconds=_seconds(said, "expires_in") or UNSAID),
        refresh=str(refresh) if _is_token(refresh) else "",
        refresh_expires_at=now + timedelta(seconds=life) if life else None,
    )


def code_of(answer: Answer) -> str:
    """The code of a refusal; '' for none, 'unknown error' for one that no standard knows."""
    code = answer.said.get("error")
    if not code:
        return ""
    return code if isinstance(code, str) and code in CODES else "unknown error"


def _is_token(value: object) -> bool:
    """Printable ASCII without spaces (RFC 6749 appendices A.12 and A.17), so that it can say nothing else in SASL."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN and value.isascii() and not set(value) - PRINTABLE


PRINTABLE = {chr(code) for code in range(0x21, 0x7F)}


def _seconds(said: Mapping[str, Any], name: str) -> int:
    try:
        return min(max(int(said.get(name) or 0), 0), LONGEST_LIFE)
    except (TypeError, ValueError, OverflowError):
        return 0
