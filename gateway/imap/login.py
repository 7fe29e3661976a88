"""From what stands in the database to how a mailbox is logged in to; what is unclear is said and never guessed."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.imap.values import Lease, Login
from gateway.oauth.renew import Kept, access_token
from models import fetching
from models.mailbox_login import TokenKind
from models.seal import token_row, unseal

PORTS = {"imap": {"implicit": 993, "starttls": 143}, "pop3": {"implicit": 995, "starttls": 110}}
TOKENS = ("xoauth2", "oauthbearer")
AUTHS = ("password", *TOKENS)
INBOX = "INBOX"


def read(lease: Lease, rows: Sequence[tuple[Any, ...]]) -> Login:
    """How to log in.

    Args:
        lease: of the mailbox.
        rows: of `leases.login_rows`, at least one.

    Raises:
        Unclear: the settings cannot be followed.
    """
    address, said, *_, wishes, made, protocol = rows[0]
    tls, ports = said.get("tls", "implicit"), PORTS[protocol]
    if tls not in ports:
        raise fetching.Unclear(f"tls is {tls!r}; it may be {' or '.join(ports)}, and nothing goes without")
    auth = said.get("auth", "password")
    if auth not in AUTHS:
        raise fetching.Unclear(f"auth is {auth!r}; it may be {', '.join(AUTHS)}")
    folders = _folders(said.get("folders"))
    if protocol == "pop3" and folders != (INBOX,):
        raise fetching.Unclear("folders are named, and by POP3 there is none to be seen but INBOX")
    return Login(
        lease=lease,
        address=address,
        host=said["host"],
        port=int(said.get("port") or ports[tls]),
        starttls=tls == "starttls",
        user=said["user"],
        auth=auth,
        folders=folders,
        secrets=tuple(Kept(kind, sealed, key, expires) for _, _, kind, sealed, key, expires, *_ in rows if kind),
        fetching=fetching.read(wishes, made, protocol),
        protocol=protocol,
    )


def _folders(said: object) -> tuple[str, ...]:
    """INBOX in any letter case is INBOX (RFC 3501 section 5.1)."""
    if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
        if said:
            raise fetching.Unclear('folders is no list of names such as ["INBOX"]')
        return (INBOX,)
    return tuple(dict.fromkeys(INBOX if one.upper() == INBOX else one for one in said)) or (INBOX,)


def secret(login: Login, store: Callable[[tuple[Kept, ...]], None], *, anew: bool) -> str:
    """What opens the mailbox; a token that is about to end is renewed first, so this waits for a server.

    Args:
        login: of the mailbox.
        store: keeps renewed tokens.
        anew: the server refused the token that looks valid.

    Raises:
        Unclear: it was never given.
        Broken: its seal does not open.
        Permanent, Temporary: there is no token to be had.
    """
    if login.auth in TOKENS:
        return access_token(login.lease.org, login.lease.mailbox, login.secrets, store, anew=anew)
    found = next((one for one in login.secrets if one.kind == TokenKind.IMAP_PASSWORD), None)
    if found is None:
        raise fetching.Unclear("no password is stored for this mailbox; give it with `postern mailbox rotate-secret`")
    return unseal(found.sealed, found.key_id, login.lease.org, token_row(login.lease.mailbox, found.kind))
