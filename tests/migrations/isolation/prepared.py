"""What is prepared for calls that do nothing without it, and a call that is made twice."""

LEASED = (
    "INSERT INTO mailbox_cursors (org_id, mailbox_id, folder, leased_by, leased_until, uidvalidity)"
    " VALUES (<organizations>, <mailboxes.imap>, 'INBOX', 'holder', now() + interval '1 hour', 1)"
)
BLOCKED = (
    "INSERT INTO door_limits (identifier_type, identifier, action, window_seconds, is_blocked)"
    " VALUES ('email', 'them@example.test', 'connection', 60, true)"
)
SUPPRESSED = (
    "UPDATE outgoing SET recipient = 'gone@example.test', state = 'queued', next_try_at = now() WHERE id = <outgoing>;"
    " INSERT INTO suppressions (org_id, address, reason) VALUES (<organizations>, 'gone@example.test', 'manual')"
)
CLAIM = "SELECT * FROM claim_outgoing(ARRAY[<outgoing>]::uuid[], '1 minute')"
PARTED = "SELECT part_ticket({it}, <tickets.resolved>, ARRAY[<ticket_comments>]::uuid[], 'so')"  # from a ticket
