INSERT INTO profiles (org_id, id, name, email, role)
SELECT :org, id, name, address, 'customer'
FROM unnest(CAST(:people AS uuid[]), CAST(:names AS text[]), CAST(:addresses AS text[])) AS a (id, name, address)
