"""Where a provider's login is, and what has to be asked for to read and send a mailbox's mail there."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.discovery.values import Protocol

SCOPES: dict[Protocol, str] = {"imap": "IMAP.AccessAsUser.All", "pop3": "POP.AccessAsUser.All"}  # of Microsoft


@dataclass(frozen=True, slots=True)
class Provider:
    """The three doors of an authorization server (RFC 6749 section 3, RFC 8628 section 3.1).

    Attributes:
        authorize: where a person's browser goes.
        token: where codes and refresh tokens are traded.
        device: where a device asks for a code, '' where it cannot.
        scope: what is asked for, separated by spaces.
        extra: parameters that its first page wants besides.
    """

    authorize: str
    token: str
    device: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()


def google(protocol: Protocol = "imap") -> Provider:
    """Gmail and Workspace.

    Its device door admits no scope of Gmail, so it has none here. A refresh token comes only with offline access, and
    a second time only when the person is asked anew. One scope opens everything.
    """
    del protocol
    return Provider(
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",  # noqa: S106  an address
        device="",
        scope="https://mail.google.com/",
        extra=(("access_type", "offline"), ("prompt", "consent")),
    )


def microsoft(protocol: Protocol = "imap", tenant: str = "common") -> Provider:
    """Microsoft 365 and outlook.com.

    Args:
        protocol: by which mail is read; each has a scope of its own.
        tenant: the directory's domain or identifier, or `common`, `organizations` or `consumers`.
    """
    base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    mail = "https://outlook.office.com"
    return Provider(
        authorize=f"{base}/authorize",
        token=f"{base}/token",
        device=f"{base}/devicecode",
        scope=f"{mail}/{SCOPES[protocol]} {mail}/SMTP.Send offline_access",
    )


KNOWN: dict[str, Callable[[Protocol], Provider]] = {"google": google, "microsoft": microsoft}
