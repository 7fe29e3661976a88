-- The departments of the organization in the context with their agents and how many tickets wait there; the one of that name
-- where :name is given.
SELECT d.id, d.name, d.description, d.is_active, ARRAY(
           SELECT p.email FROM profiles p
           WHERE p.org_id = d.org_id AND p.department_id = d.id AND p.role IN ('agent', 'admin') AND p.deleted_at IS NULL
           ORDER BY lower(p.email)) AS agents,
       (SELECT count(*) FROM tickets t
        WHERE t.org_id = d.org_id AND t.department_id = d.id AND t.deleted_at IS NULL
          AND t.status IN ('open', 'in_progress', 'waiting_on_customer')) AS open_tickets,
       d.created_at
FROM departments d WHERE CAST(:name AS text) IS NULL OR lower(d.name) = lower(CAST(:name AS text))
ORDER BY lower(d.name)
