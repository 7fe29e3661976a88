-- Answers to the fields that tickets ask for; `check_fields` looks at them once more.
WITH answered AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:fields AS jsonb)) AS f (ticket_id uuid, "values" jsonb)
)
UPDATE tickets t SET custom_fields = t.custom_fields || a."values"
FROM answered a WHERE t.org_id = :org AND t.id = ANY (ARRAY(SELECT ticket_id FROM answered)) AND t.id = a.ticket_id
