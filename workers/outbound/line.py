"""The way to a relay: a connection to where it may lead us, TLS with a certificate that holds, and a login."""

import smtplib
import socket
import ssl

from models.reach import connect
from workers.outbound.relay import Relay, Starttls


class Line(smtplib.SMTP):
    """Connects where this relay may lead us, with TLS from the first byte where it wants that."""

    def __init__(self, relay: Relay, hostname: str, seconds: float) -> None:
        """Connect.

        Args:
            relay: where to.
            hostname: what we call ourselves.
            seconds: how long it may take.

        Raises:
            OSError, smtplib.SMTPException, Forbidden: it cannot be.
        """
        self._relay = relay
        super().__init__(relay.host, relay.port, hostname, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = (connect if self._relay.is_foreign else _plainly)(host, port, timeout)
        return trust(self._relay).wrap_socket(made, server_hostname=host) if self._relay.implicit_tls else made


def _plainly(host: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((host, port), seconds)


def log_in(line: Line, relay: Relay) -> None:
    """Say who we are, by password or access token."""
    if not relay.mechanism:
        line.login(relay.user, relay.password)
        return
    words = bearer(relay)
    line.auth(relay.mechanism.upper(), lambda challenge=None: words if challenge is None else "")


def bearer(relay: Relay) -> str:
    """How an access token is said (XOAUTH2; OAUTHBEARER, RFC 7628 section 3.1), before base64."""
    token = f"auth=Bearer {relay.password}"
    if relay.mechanism == "xoauth2":
        return "\x01".join((f"user={relay.user}", token, "", ""))
    name = relay.user.replace("=", "=3D").replace(",", "=2C")
    return "\x01".join((f"n,a={name},", f"host={relay.host}", f"port={relay.port}", token, "", ""))


def trust(relay: Relay) -> ssl.SSLContext:
    """Whose certificates are believed; the name in them is always compared."""
    return ssl.create_default_context(cafile=relay.authority)


def wants_tls(relay: Relay, *, offered: bool) -> bool:
    """Whether a connection turns to TLS (STARTTLS)."""
    if relay.implicit_tls or relay.starttls is Starttls.NEVER:
        return False
    return offered or relay.starttls is Starttls.REQUIRED
