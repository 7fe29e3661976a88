-- Departments, staff (the first one the admin) and customers with their addresses, and tags.
WITH seeded AS MATERIALIZED (
    SELECT setseed(:chance)
), queues AS (
    INSERT INTO departments (org_id, id, name)
    SELECT :org, uuidv7(), name FROM unnest(ARRAY['Repairs', 'Billing', 'Sales']) AS q (name) RETURNING id, name
), words AS (
    INSERT INTO tags (org_id, name) SELECT :org, name FROM unnest(CAST(:tags AS text[])) AS t (name)
), people AS MATERIALIZED (
    SELECT n, n <= CAST(:agents AS integer) AS is_staff, uuidv7() AS id,
           (CAST(:names AS text[]))[1 + floor(random() * cardinality(CAST(:names AS text[])))] || ' '
           || (CAST(:surnames AS text[]))[1 + floor(random() * cardinality(CAST(:surnames AS text[])))] AS name
    FROM seeded, generate_series(1, CAST(:agents AS integer) + CAST(:customers AS integer)) AS n
), named AS (
    SELECT p.n, p.is_staff, p.id, p.name, CASE WHEN p.is_staff THEN 'agent' ELSE 'customer' END || p.n || '@'
           || CASE WHEN p.is_staff THEN CAST(:slug AS text) || '.test' ELSE 'example.net' END AS address FROM people p
), addresses AS (
    INSERT INTO profile_addresses (org_id, address, profile_id) SELECT :org, address, id FROM named
)
INSERT INTO profiles (org_id, id, name, email, role, department_id)
SELECT :org, p.id, p.name, p.address, CASE WHEN p.n = 1 THEN 'admin' WHEN p.is_staff THEN 'agent' ELSE 'customer' END,
       CASE WHEN p.is_staff THEN (SELECT q.id FROM queues q ORDER BY q.name OFFSET p.n % 3 LIMIT 1) END
FROM named p
