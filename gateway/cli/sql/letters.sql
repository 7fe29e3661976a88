-- Letters of the organization in the context, latest first; one of them where :letter names it. Some are about no ticket.
SELECT o.id, m.address AS mailbox, o.letter, o.recipient, t.number AS ticket, o.state, o.attempts, o.answer,
       o.next_try_at, o.created_at, o.sent_at, o.message_id, o.recipient_name, o.sender_name, o.leased_until,
       o.comment_id AS comment,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'at', to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'outcome', d.outcome,
            'answer', d.answer) ORDER BY d.at, d.id), '[]')
        FROM deliveries d WHERE d.org_id = o.org_id AND d.outgoing_id = o.id) AS tries
FROM outgoing o
JOIN mailboxes m ON m.org_id = o.org_id AND m.id = o.mailbox_id
LEFT JOIN tickets t ON t.org_id = o.org_id AND t.id = o.ticket_id
WHERE (CAST(:states AS text[]) IS NULL OR o.state = ANY (CAST(:states AS text[])))
  AND (CAST(:letter AS uuid) IS NULL OR o.id = CAST(:letter AS uuid))
ORDER BY o.created_at DESC, o.id DESC
LIMIT :most
