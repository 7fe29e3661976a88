"""The IMAP door: what lies in a mailbox at a provider is fetched, committed here, and only then marked there.

Whatever dies on the way, the ledger of UIDs says what was taken; the server's own marks say nothing.
"""
