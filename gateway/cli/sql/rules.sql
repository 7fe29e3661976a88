-- The routing rules of the organization in the context in their order; the one of that name where :name is given.
SELECT r.id, r.name, r.sort_order AS "order", r.is_active, r.conditions, y.name AS type, d.name AS department, r.priority,
       r.tags, p.email AS assignee, r.assign_by, t.name AS team
FROM routing_rules r
LEFT JOIN request_types y ON y.org_id = r.org_id AND y.id = r.request_type_id
LEFT JOIN departments d ON d.org_id = r.org_id AND d.id = r.department_id
LEFT JOIN profiles p ON p.org_id = r.org_id AND p.id = r.assignee_id
LEFT JOIN teams t ON t.org_id = r.org_id AND t.id = r.team_id
WHERE CAST(:name AS text) IS NULL OR lower(r.name) = lower(CAST(:name AS text))
ORDER BY r.sort_order, r.created_at, r.id
