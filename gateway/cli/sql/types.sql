-- The request types of the organization in the context in their order; the one of that name where :name is given.
SELECT r.id, r.name, r.sort_order AS "order", r.is_active, r.description, r.category, r.default_priority AS priority,
       d.name AS department, w.name AS workflow, r.requires_event, r.allowed_roles AS audiences, r.match_rules AS match,
       r.assign_by, t.name AS team
FROM request_types r
LEFT JOIN departments d ON d.org_id = r.org_id AND d.id = r.department_id
LEFT JOIN workflows w ON w.org_id = r.org_id AND w.id = r.workflow_id
LEFT JOIN teams t ON t.org_id = r.org_id AND t.id = r.team_id
WHERE CAST(:name AS text) IS NULL OR lower(r.name) = lower(CAST(:name AS text))
ORDER BY r.sort_order, r.created_at, r.id
