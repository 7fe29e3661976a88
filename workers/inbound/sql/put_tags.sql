-- Tags on new tickets. A statement of its own, which sees those that others made in the same moment.
INSERT INTO ticket_tags (org_id, ticket_id, tag_id)
SELECT DISTINCT :org, t.ticket_id, tags.id
FROM jsonb_to_recordset(CAST(:tags AS jsonb)) AS t (ticket_id uuid, name text)
JOIN tags ON tags.org_id = :org AND lower(tags.name) = lower(t.name)
ON CONFLICT DO NOTHING
