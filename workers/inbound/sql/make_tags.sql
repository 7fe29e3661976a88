-- Tags that are put for the first time; in one order, so that nobody who makes some, too, waits crosswise.
INSERT INTO tags (org_id, name)
SELECT DISTINCT ON (lower(t.name)) :org, t.name
FROM jsonb_to_recordset(CAST(:tags AS jsonb)) AS t (name text)
ORDER BY lower(t.name), t.name
ON CONFLICT DO NOTHING
