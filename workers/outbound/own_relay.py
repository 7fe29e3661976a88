"""A mailbox's or organization's own server for sending: where there is one, letters go out there and nowhere else."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from models.mailbox_login import TokenKind
from models.seal import Broken, token_row, unseal
from workers.outbound.relay import Relay, Starttls

_PORTS = {"implicit": 465, "starttls": 587}
_TOKENS = ("xoauth2", "oauthbearer")


class Unclear(Exception):  # noqa: N818  it reads as what it says
    """The mailbox has a server of its own and cannot log in there; the sentence says why."""


def own_relay(org: UUID, row: RowMapping) -> Relay | None:
    """Where a letter goes out, None for where the installation's do.

    Args:
        org: whose letter it is.
        row: `way_id`, the mailbox whose server it takes, with that one's `smtp_settings`; `sealed`, `key_id` and
            `is_over` of its secret; all None without such a mailbox.

    Raises:
        Unclear: nothing can be sent there now.
    """
    if row["way_id"] is None:
        return None
    said: dict[str, Any] = row["smtp_settings"]
    tls, auth = said.get("tls", "implicit"), said.get("auth", "password")
    if tls not in _PORTS:
        raise Unclear(f"the mailbox's server for sending has tls {tls!r}; nothing is sent without TLS")
    if auth not in ("password", *_TOKENS):
        raise Unclear(f"the mailbox's server for sending has auth {auth!r}, which is none we know")
    return Relay(
        host=str(said["host"]),
        port=int(said.get("port") or _PORTS[tls]),
        user=str(said.get("user") or ""),
        password=_secret(org, row, auth) if said.get("user") else "",
        mechanism=auth if auth in _TOKENS else "",
        implicit_tls=tls == "implicit",
        starttls=Starttls.REQUIRED,
        is_foreign=True,
    )


def _secret(org: UUID, row: RowMapping, auth: str) -> str:
    if row["sealed"] is None:
        raise Unclear("no secret is stored for the mailbox's server for sending; see `postern mailbox relay`")
    if row["is_over"] and auth in _TOKENS:
        raise Unclear("the mailbox's access token has run out; the IMAP door renews it")
    kind = TokenKind.OAUTH_ACCESS if auth in _TOKENS else TokenKind.SMTP_PASSWORD
    try:
        return unseal(bytes(row["sealed"]), row["key_id"], org, token_row(row["way_id"], kind))
    except Broken as error:
        raise Unclear(f"the secret of the mailbox's server for sending cannot be opened: {error}") from None
