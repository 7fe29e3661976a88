"""The world outside, as one machine has it: mails go in by SMTP, letters are found in the capture folder."""

import smtplib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path

from gateway.cli.flags import reachable
from gateway.cli.problems import Problem

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody with a mail client."""

    name: str
    address: str

    def writes(self, to: str, subject: str, text: str, answering: Message | None = None) -> EmailMessage:
        """A mail as their client makes it.

        Args:
            to: its recipient.
            subject: as typed.
            text: as typed.
            answering: the letter they pressed reply on.
        """
        mail = EmailMessage()
        mail["From"] = formataddr((self.name, self.address))
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        if answering and (cited := answering["Message-ID"]):
            mail["In-Reply-To"] = mail["References"] = cited
        mail.set_content(text)
        return mail


def post(mail: EmailMessage, sender: Correspondent, smtp: str) -> None:
    """Hand a mail to the door; it is stored when this returns.

    Args:
        mail: what is sent.
        sender: its return path.
        smtp: `HOST:PORT` of the door.

    Raises:
        Problem: nothing answers there, or it refuses.
    """
    host, port = reachable(smtp)
    try:
        with smtplib.SMTP(host, port, local_hostname="demo.invalid", timeout=SECONDS) as client:
            client.sendmail(sender.address, [str(mail["To"])], mail.as_bytes(policy=SMTP))
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise Problem(f"the door at {smtp} refuses {mail['To']}: {code} {_words(said)}") from None
    except smtplib.SMTPResponseException as error:
        raise Problem(f"the door at {smtp} refuses: {error.smtp_code} {_words(error.smtp_error)}") from None
    except (OSError, smtplib.SMTPException) as error:
        advice = "start `postern up` in another shell, with the same --data"
        raise Problem(f"nothing takes mail at {smtp} ({error}); {advice}") from None


def _words(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode(errors="replace")


class CaptureFolder:
    """Letters that were written since we began to look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._old = self._names()
        self._read: dict[str, Message] = {}

    def find(self, subject: str, *, to: str = "", besides: str = "", automatic: bool) -> Message | None:
        """The first new letter with these words in its subject, if it is there yet.

        Args:
            subject: words that no other subject has.
            to: address it was delivered to, '' for anybody.
            besides: address that is not meant.
            automatic: whether it says that no person wrote it.
        """
        for name in sorted(self._names() - self._old - self._read.keys()):
            self._read[name] = message_from_bytes((self._folder / name).read_bytes())
        for letter in self._read.values():
            reader = letter["Delivered-To"]
            fits = subject in str(letter["Subject"]) and to in ("", reader) and reader != besides
            if fits and automatic is ("Auto-Submitted" in letter):
                return letter
        return None

    def _names(self) -> set[str]:
        return {path.name for path in self._folder.glob("*.eml")}
