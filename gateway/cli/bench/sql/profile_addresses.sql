INSERT INTO profile_addresses (org_id, address, profile_id)
SELECT :org, address, id FROM unnest(CAST(:people AS uuid[]), CAST(:addresses AS text[])) AS a (id, address)
