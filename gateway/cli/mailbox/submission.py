"""Handing one mail in at a mailbox's own server for sending: logged in, over verified TLS, at a checked address."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from gateway.cli.mailbox.account import Account
from gateway.discovery.values import Server
from gateway.hush import hushed
from gateway.oauth import sasl
from models import reach
from models.settings import settings

SECONDS = 20.0


class Unsent(Exception):  # noqa: N818  it is what became of the mail
    """The server did not take the mail or did not let us in; the sentence says why."""


class _Checked(smtplib.SMTP):
    """Connects where an organization may let us connect."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return reach.connect(host, port, timeout)


class _CheckedTls(_Checked):
    """With TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


@contextmanager
def logged_in(account: Account, server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that may send.

    Args:
        account: of the mailbox.
        server: its server for sending.

    Raises:
        Unsent: here or later in the block.
    """
    kind = _CheckedTls if server.tls == "implicit" else _Checked
    try:
        with kind(server.host, server.port, settings().hostname, timeout=SECONDS) as line:
            if server.tls == "starttls":
                line.starttls(context=ssl.create_default_context())
            _enter(line, account, server)
            yield line
    except (OSError, smtplib.SMTPException, reach.Forbidden, ValueError) as error:
        said = hushed(_sentence(error), (account.secret.shown,))
        raise Unsent(f"{server.host}:{server.port} {said}") from None


def send(line: smtplib.SMTP, address: str, subject: str) -> None:
    """Send a mail from an address to itself, marked so that nothing answers it (RFC 3834)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = address
    mail["Subject"] = subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("Postern tries out whether a mail to this mailbox arrives. It is deleted again.\n")
    line.sendmail(address, [address], mail.as_bytes())


def _sentence(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return f"refuses the mail: {code} {said.decode('ascii', 'replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"says: {error.smtp_code} {text.decode('ascii', 'replace') if isinstance(text, bytes) else text}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that does not hold: {error.verify_message}"
    return f"cannot be used: {error or type(error).__name__}"


def _enter(line: smtplib.SMTP, account: Account, server: Server) -> None:
    if account.auth == "password":
        line.login(server.user, account.secret.shown)
        return
    line.ehlo_or_helo_if_needed()
    token = account.secret.shown
    words = (
        sasl.xoauth2(server.user, token)
        if account.auth == "xoauth2"
        else sasl.oauthbearer(server.user, token, server.host, server.port)
    ).decode()
    line.auth(account.auth.upper(), lambda challenge=None: words if challenge is None else "")
