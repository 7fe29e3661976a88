-- New customers and their addresses; whoever another worker met in the same moment is left out, and so missing below.
WITH asked AS (
    SELECT * FROM jsonb_to_recordset(CAST(:people AS jsonb)) AS p (id uuid, name text, address text, username text)
), met AS (
    INSERT INTO profiles (org_id, id, name, email, username, role)
    SELECT :org, id, name, address, username, 'customer' FROM asked ORDER BY address
    ON CONFLICT DO NOTHING RETURNING id
), addressed AS (
    INSERT INTO profile_addresses (org_id, address, profile_id)
    SELECT :org, address, asked.id FROM asked WHERE address IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING address
)
SELECT (SELECT count(*) FROM met) + (SELECT count(*) FROM addressed)
