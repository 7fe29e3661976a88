"""Mailboxes at providers that offer POP3 only (RFC 1939), fetched by the process and by the rules of the IMAP door.

Whatever dies on the way, the ledger of unique-ids says what was taken.
"""
