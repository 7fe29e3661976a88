-- What new tickets are to others: in them the matter of closed ones goes on, or they were cut out of those.
INSERT INTO ticket_links (org_id, ticket_id, linked_ticket_id, kind)
SELECT :org, ticket_id, linked_ticket_id, kind
FROM jsonb_to_recordset(CAST(:links AS jsonb)) AS l (ticket_id uuid, linked_ticket_id uuid, kind text)
