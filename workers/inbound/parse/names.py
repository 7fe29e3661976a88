"""The name under which an attachment is shown. It is never used as a path; storage has its own keys."""

from workers.inbound import scrub
from workers.inbound.limits import FILE_NAME_CHARACTERS

_EXTENSIONS = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/partial": "message-piece.txt",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/global-headers": "headers.txt",
    "text/rfc822-headers": "headers.txt",
    "text/plain": "text.txt",
    "text/html": "text.html",
    "text/calendar": "invitation.ics",
    "text/csv": "table.csv",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "image/jpeg": "image.jpg",
    "image/png": "image.png",
    "image/gif": "image.gif",
    "image/webp": "image.webp",
    "image/bmp": "image.bmp",
    "image/svg+xml": "image.svg",
    "application/pdf": "document.pdf",
    "application/zip": "archive.zip",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.txt",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pgp-keys": "key.asc",
    "application/ms-tnef": "winmail.dat",
}


def display(raw: str, content_type: str) -> str:
    """A base name of at most 255 characters without controls or reordering; one made from the type if none is left.

    Args:
        raw: the decoded name, as hostile as it likes.
        content_type: `type/subtype`.
    """
    clean = scrub.line(raw[:RAW_NAME].replace("\\", "/").replace("\0", ""), RAW_NAME)
    base = clean.rstrip("/ ").rpartition("/")[2].strip()
    if not base.strip("."):
        return _EXTENSIONS.get(content_type, "attachment.bin")
    return _shortened(base)


RAW_NAME = 16 * FILE_NAME_CHARACTERS


def _shortened(base: str) -> str:
    if len(base) <= FILE_NAME_CHARACTERS:
        return base
    stem, dot, extension = base.rpartition(".")
    if not stem or len(extension) > 20:  # noqa: PLR2004  longer than any real extension
        return base[:FILE_NAME_CHARACTERS].rstrip()
    return stem[: FILE_NAME_CHARACTERS - len(extension) - 1].rstrip() + dot + extension
