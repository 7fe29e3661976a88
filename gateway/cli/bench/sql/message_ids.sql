INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id)
SELECT :org, message_id, 'in', ticket, comment
FROM unnest(CAST(:message_ids AS text[]), CAST(:tickets AS uuid[]), CAST(:comments AS uuid[]))
     AS a (message_id, ticket, comment)
UNION ALL
SELECT :org, message_id, 'out', ticket, comment
FROM unnest(CAST(:letter_message_ids AS text[]), CAST(:letter_tickets AS uuid[]), CAST(:letter_comments AS uuid[]))
     AS a (message_id, ticket, comment)
