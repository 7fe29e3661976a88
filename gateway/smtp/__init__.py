"""The SMTP and LMTP door: who may say what, and for how long; the mail itself is never judged here."""

from gateway.smtp.door import Door

__all__ = ["Door"]
