"""What must hold in the database after any fault, as SQL: each statement finds the rows that break a promise."""

INVARIANTS: dict[str, str] = {
    "a mail is stored once": """
        SELECT mailbox_id, digest FROM raw_mail GROUP BY org_id, mailbox_id, digest HAVING count(*) > 1
    """,
    "a stored mail is whole": """
        SELECT id FROM raw_mail WHERE size <> length(content)
    """,
    "no mail waits": """
        SELECT id, attempts, reason FROM raw_mail WHERE stage = 'received' OR leased_until IS NOT NULL
    """,
    "no mail is tried more often than it may be": """
        SELECT id, attempts FROM raw_mail WHERE attempts > 3 OR stage = 'filed' AND attempts < 1
    """,
    "what is filed says where, and what is not says why": """
        SELECT id, stage, reason FROM raw_mail
        WHERE stage = 'filed' AND (ticket_id IS NULL OR comment_id IS NULL OR processed_at IS NULL OR trace = '[]')
           OR stage = 'quarantined' AND (reason IS NULL OR processed_at IS NULL OR ticket_id IS NOT NULL)
    """,
    "a filed mail is one comment on the ticket that it names": """
        SELECT r.id, count(c.id) FROM raw_mail r
        LEFT JOIN ticket_comments c ON c.org_id = r.org_id AND c.raw_mail_id = r.id
        WHERE r.stage = 'filed' GROUP BY r.org_id, r.id, r.comment_id, r.ticket_id
        HAVING count(c.id) <> 1 OR bool_or(c.id <> r.comment_id OR c.ticket_id <> r.ticket_id)
    """,
    "a mail that is not filed left nothing behind": """
        SELECT c.id FROM ticket_comments c JOIN raw_mail r ON r.org_id = c.org_id AND r.id = c.raw_mail_id
        WHERE r.stage <> 'filed'
    """,
    "every ticket has a comment, a requester and a number that leads to it": """
        SELECT t.number FROM tickets t
        WHERE NOT EXISTS (SELECT FROM ticket_comments c WHERE c.org_id = t.org_id AND c.ticket_id = t.id)
           OR NOT EXISTS (SELECT FROM profiles p WHERE p.org_id = t.org_id AND p.id = t.created_by)
           OR NOT EXISTS (SELECT FROM ticket_numbers n
                          WHERE n.org_id = t.org_id AND n.number = t.number AND n.ticket_id = t.id)
    """,
    "numbers have no gap and their counter says the last": """
        SELECT t.org_id, min(t.number), max(t.number), count(*) FROM tickets t
        GROUP BY t.org_id, split_part(t.number, '-', 2), split_part(t.number, '-', 3)
        HAVING count(DISTINCT t.number) <> count(*)
            OR max(split_part(t.number, '-', 4)::bigint) <> count(*)
            OR count(*) <> (SELECT c.value FROM ticket_counters c WHERE c.org_id = t.org_id AND c.month =
                            split_part(min(t.number), '-', 2) || '-' || split_part(min(t.number), '-', 3))
    """,
    "the history of a ticket is one chain": """
        SELECT h.ticket_id FROM ticket_history h GROUP BY h.org_id, h.ticket_id
        HAVING count(*) FILTER (WHERE h.previous_history_id IS NULL) <> 1
            OR count(DISTINCT h.previous_history_id) <> count(*) - 1
    """,
    "a ticket mirrors the end of its history": """
        SELECT t.number FROM tickets t
        LEFT JOIN ticket_history h ON h.org_id = t.org_id AND h.ticket_id = t.id AND h.id = t.latest_history_id
        WHERE h.id IS NULL OR (t.title, t.priority, t.status) IS DISTINCT FROM (h.title, h.priority, h.category)
           OR EXISTS (SELECT FROM ticket_history n WHERE n.org_id = h.org_id AND n.previous_history_id = h.id)
    """,
    "a person is there once": """
        SELECT lower(email) FROM profiles WHERE email IS NOT NULL GROUP BY org_id, lower(email) HAVING count(*) > 1
    """,
    "a sender has their address": """
        SELECT p.id FROM profiles p WHERE p.email IS NOT NULL AND p.deleted_at IS NULL AND NOT EXISTS (
            SELECT FROM profile_addresses a WHERE a.org_id = p.org_id AND a.profile_id = p.id
                                              AND a.address = lower(p.email))
    """,
    "a comment's Message-ID is in the threading index once": """
        SELECT c.id FROM ticket_comments c
        LEFT JOIN message_ids m ON m.org_id = c.org_id AND m.comment_id = c.id AND m.direction = 'in'
        WHERE c.raw_mail_id IS NOT NULL AND c.message_id IS NOT NULL GROUP BY c.org_id, c.id, c.message_id, c.ticket_id
        HAVING count(m.id) <> 1 OR bool_or(m.message_id <> c.message_id OR m.ticket_id <> c.ticket_id)
    """,
    "a letter's Message-ID is in the threading index once": """
        SELECT o.id FROM outgoing o
        LEFT JOIN message_ids m ON m.org_id = o.org_id AND m.message_id = o.message_id AND m.direction = 'out'
        WHERE o.ticket_id IS NOT NULL GROUP BY o.org_id, o.id, o.ticket_id
        HAVING count(m.id) <> 1 OR bool_or(m.ticket_id <> o.ticket_id)
    """,
    "nobody is told the same thing twice": """
        SELECT comment_id, letter, profile_id FROM outgoing
        WHERE ticket_id IS NOT NULL AND letter <> 'notices'  -- of a ticket there may be more from time to time
        GROUP BY org_id, comment_id, letter, profile_id HAVING count(*) > 1
    """,
    "every agent is told of every customer's comment": """
        SELECT c.id FROM ticket_comments c
        JOIN profiles p ON p.org_id = c.org_id AND p.role = 'agent' AND p.deleted_at IS NULL
        WHERE c.sender_type = 'customer' AND c.raw_mail_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM outgoing o WHERE o.org_id = c.org_id AND o.comment_id = c.id AND o.profile_id = p.id
                                     AND o.letter = 'notification_to_agent')
    """,
    "who opened a ticket by mail hears of it once": """
        SELECT t.number, count(o.id) FROM tickets t
        LEFT JOIN outgoing o ON o.org_id = t.org_id AND o.ticket_id = t.id AND o.letter = 'acknowledgement'
        WHERE t.source = 'email' GROUP BY t.org_id, t.id, t.number HAVING count(o.id) <> 1
    """,
    "no letter waits": """
        SELECT id, state, attempts, answer FROM outgoing
        WHERE state IN ('queued', 'sending', 'deferred') OR leased_until IS NOT NULL
    """,
    "every letter was sent": """
        SELECT id, state, attempts, answer FROM outgoing WHERE state NOT IN ('sent', 'captured')
          AND (state <> 'withheld' OR correspondent_id IS NULL OR answer IS NULL)  -- to who writes again and again
    """,
    "what was sent has its time and the server's answer": """
        SELECT o.id FROM outgoing o LEFT JOIN deliveries d ON d.org_id = o.org_id AND d.outgoing_id = o.id
        WHERE o.state = 'sent' GROUP BY o.org_id, o.id, o.sent_at, o.attempts
        HAVING o.sent_at IS NULL OR count(d.id) FILTER (WHERE d.outcome = 'sent') <> 1 OR count(d.id) > o.attempts
    """,
    "a file has its bytes": """
        SELECT a.id FROM ticket_attachments a LEFT JOIN blobs b ON b.org_id = a.org_id AND b.sha256 = a.sha256
        WHERE b.sha256 IS NULL OR length(b.content) <> a.size OR sha256(b.content) <> b.sha256
    """,
    "bytes belong to a file": """
        SELECT b.sha256 FROM blobs b
        WHERE NOT EXISTS (SELECT FROM ticket_attachments a WHERE a.org_id = b.org_id AND a.sha256 = b.sha256)
    """,
    "nothing points into another organization": """
        SELECT c.id FROM ticket_comments c JOIN tickets t ON t.id = c.ticket_id WHERE t.org_id <> c.org_id
        UNION ALL SELECT o.id FROM outgoing o JOIN tickets t ON t.id = o.ticket_id WHERE t.org_id <> o.org_id
        UNION ALL SELECT r.id FROM raw_mail r JOIN mailboxes m ON m.id = r.mailbox_id WHERE m.org_id <> r.org_id
        UNION ALL SELECT r.id FROM raw_mail r JOIN tickets t ON t.id = r.ticket_id WHERE t.org_id <> r.org_id
    """,
    "a hook runs once for a revision": """
        SELECT history_id, hook_id FROM hook_runs GROUP BY org_id, history_id, hook_id HAVING count(*) > 1
    """,
}
