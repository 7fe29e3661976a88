"""A mail server that misbehaves, and the IMAP door, for what the clock tells of them."""

from tests.gateway.imap.conftest import certificate, near

__all__ = ["certificate", "near"]
