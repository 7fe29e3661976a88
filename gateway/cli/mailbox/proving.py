"""A mailbox as it is stored, tried out: with the secret that it has, or with a new one that then takes its place."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from gateway.cli.mailbox import asking, signing_in
from gateway.cli.mailbox.account import Account, Secret
from gateway.cli.mailbox.rows import Found
from gateway.cli.mailbox.setting_up import PASSWORD, Manner, in_words, secret, shown
from gateway.cli.mailbox.steps import tried
from gateway.cli.mailbox.wishes import Wishes
from gateway.cli.printing import Teller
from gateway.cli.problems import Problem
from gateway.discovery.values import Server
from gateway.imap.login import PORTS
from gateway.oauth.answers import Tokens
from gateway.oauth.client import Client, read
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import take_secret

_EXPIRY = text("SELECT expires_at FROM mailbox_tokens WHERE mailbox_id = :mailbox AND kind = 'oauth_access'")


def proved(found: Found, *, sending: bool, seconds: float, tell: Teller) -> list[dict[str, Any]]:
    """Try a mailbox out with its stored secret; the steps with the keys of `trying.STEP`.

    Args:
        found: the mailbox.
        sending: whether sending is tried, where it has a server for that.
        seconds: how long a mail that goes round may take.
        tell: shows a line to the person.

    Raises:
        Problem: there is nothing to try.
    """
    account = _account(found, Secret())
    account = replace(account, secret=_stored(found))
    steps = []
    for step in tried(account, sending=sending and account.smtp is not None, seconds=seconds):
        tell(shown(step))
        steps.append(asdict(step))
    return steps


def rotated(found: Found, said: Mapping[str, str], *, paste: bool, tell: Teller) -> None:
    """Ask for a new secret, try it out, and only then put it in place of the old one.

    Args:
        found: the mailbox.
        said: fields of `Wishes`.
        paste: as in `Manner`.
        tell: shows a line to the person.

    Raises:
        Problem: it does not work; the old one stays.
    """
    account = _account(found, Secret())
    if account.auth == PASSWORD:
        wishes = Wishes(auth=PASSWORD, password_file=said["password_file"])
        new = secret(wishes, account.imap.user, Manner(tell))
    else:
        new = signing_in.sign_in(_client(found, said), paste=paste)
    account = replace(account, secret=new)
    for step in tried(account, sending=False, seconds=0):
        tell(shown(step))
        if not step.holds:
            raise Problem(f"{in_words(step)}; the old secret stays")
    with transaction(found.org.id, role="admin") as connection:
        account.store_secret(connection, found.org, found.id)


def _account(found: Found, opened: Secret) -> Account:
    row = found.row
    imap, smtp = row["imap_settings"], row["smtp_settings"]
    if row["kind"] == "smtp" or not imap:
        raise Problem(f"{found.address} receives by SMTP only, so there is no login; see `postern doctor`")
    folders = tuple(imap.get("folders") or ("INBOX",))
    auth = imap.get("auth", PASSWORD)
    return Account(
        found.address,
        _server(imap, PORTS[row["kind"]]["implicit"]),
        _server(smtp, 465) if smtp else None,
        auth,
        opened,
        folders,
        row["fetch"],
        protocol=row["kind"],
    )


def _server(said: dict[str, Any], port: int) -> Server:
    return Server(said["host"], int(said.get("port") or port), said.get("tls", "implicit"), said["user"])


def _stored(found: Found) -> Secret:
    is_password = found.row["imap_settings"].get("auth", PASSWORD) == PASSWORD
    kind = TokenKind.IMAP_PASSWORD if is_password else TokenKind.OAUTH_ACCESS
    with transaction(found.org.id, role="admin") as connection:
        kept = take_secret(connection, found.org.id, found.id, kind)
        expires = connection.scalar(_EXPIRY, {"mailbox": found.id})
    if kept is None:
        raise Problem(f"{found.address} has no secret; give it with `postern mailbox rotate-secret {found.address}`")
    if kind == TokenKind.IMAP_PASSWORD:
        return Secret(password=kept)
    if expires and expires < datetime.now(UTC):
        raise Problem("its access token has run out and the IMAP door renews it; see that `postern up` runs")
    return Secret(tokens=Tokens(kept, expires or datetime.now(UTC), ""))


def _client(found: Found, said: Mapping[str, str]) -> Client:
    with transaction(found.org.id, role="admin") as connection:
        kept = take_secret(connection, found.org.id, found.id, TokenKind.OAUTH_CLIENT)
    if kept is None:
        raise Problem(f"its registration is gone; set it up anew with `postern mailbox add {found.address} --fetch`")
    old = read(kept)
    given = asking.secret_in(said["client_secret_file"])
    return replace(old, id=said["client_id"] or old.id, secret=given or old.secret)
