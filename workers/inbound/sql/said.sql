-- What customers' mails await, by their Message-IDs, unless an agent has said something on their ticket since.
SELECT m.message_id, c.ticket_id, c.id AS comment_id, c.author_id, c.metadata -> 'awaits' AS awaits
FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w (message_id text, ticket_id uuid)
JOIN message_ids m ON m.org_id = :org AND m.message_id = w.message_id AND m.ticket_id = w.ticket_id AND m.direction = 'in'
JOIN ticket_comments c ON c.org_id = m.org_id AND c.id = m.comment_id
WHERE c.sender_type = 'customer' AND jsonb_typeof(c.metadata -> 'awaits') = 'array' AND NOT EXISTS (
    SELECT FROM ticket_comments a
    WHERE a.org_id = c.org_id AND a.ticket_id = c.ticket_id AND a.sender_type = 'agent' AND a.id > c.id)
ORDER BY m.id DESC
