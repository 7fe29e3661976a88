INSERT INTO ticket_numbers (org_id, number, ticket_id)
SELECT :org, number, ticket FROM unnest(CAST(:numbers AS text[]), CAST(:tickets AS uuid[])) AS a (number, ticket)
