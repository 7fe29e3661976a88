-- A notice for each admin; where nobody is one, agents are told, so that it does not go unseen.
INSERT INTO notifications (org_id, profile_id, type, title, content)
SELECT :org, audience.id, 'limit', n.title, n.content
FROM jsonb_to_recordset(CAST(:notices AS jsonb)) AS n (title text, content jsonb)
CROSS JOIN (
    SELECT p.id, rank() OVER (ORDER BY p.role = 'agent') AS place FROM profiles p
    WHERE p.org_id = :org AND p.role IN ('admin', 'agent') AND p.deleted_at IS NULL) audience
WHERE audience.place = 1
