-- What a ticket awaits only because mails said so that are not believed any more, it awaits no longer.
DELETE FROM message_ids m
USING jsonb_to_recordset(CAST(:rings AS jsonb)) AS r (ticket_id uuid, names text[])
WHERE m.org_id = :org AND m.ticket_id = r.ticket_id AND m.message_id = ANY (r.names) AND m.comment_id IS NULL
  AND m.direction = 'in'
