"""How an access token is said to a mail server: the initial answer, before base64."""

SEPARATOR = "\x01"


def xoauth2(user: str, token: str) -> bytes:
    """Google's and Microsoft's mechanism XOAUTH2.

    Args:
        user: the mailbox's login.
        token: an access token.

    Raises:
        ValueError: one of them holds a control character, which would say something else.
    """
    return _said(f"user={_plain(user)}", f"auth=Bearer {_plain(token)}")


def oauthbearer(user: str, token: str, host: str, port: int) -> bytes:
    """The mechanism OAUTHBEARER (RFC 7628 section 3.1), with a GS2 header that binds no channel (RFC 5801).

    Args:
        user: the mailbox's login; `=` and `,` are escaped.
        token: an access token.
        host: of the mail server.
        port: of it.

    Raises:
        ValueError: as `xoauth2`.
    """
    name = _plain(user).replace("=", "=3D").replace(",", "=2C")
    return _said(f"n,a={name},", f"host={_plain(host)}", f"port={port}", f"auth=Bearer {_plain(token)}")


def _said(*parts: str) -> bytes:
    return SEPARATOR.join((*parts, "", "")).encode()


def _plain(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):  # noqa: PLR2004  control characters
        raise ValueError("a login or token with a control character cannot be used")
    return text
