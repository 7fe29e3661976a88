-- What is wrong with each answer to a field, by the function that checks custom fields wherever they are written.
SELECT a.place, field_problem(f.type, f.options, f.validation_rules, a.value) AS problem
FROM jsonb_to_recordset(CAST(:answers AS jsonb)) AS a (place integer, key text, value jsonb)
JOIN field_definitions f ON f.org_id = :org AND f.entity = 'ticket' AND f.key = a.key AND f.is_active
