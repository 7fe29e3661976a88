-- Each ticket in its latest state (S0).
CREATE VIEW ticket_details WITH (security_invoker) AS
SELECT t.org_id, t.id AS ticket_id, t.number, h.id AS history_id, h.title, h.description, h.priority, h.workflow_stage_id,
       s.name AS stage_name, h.category AS status, h.assigned_to, a.name AS assigned_to_name, a.role AS assigned_to_role,
       h.changed_by, h.changed_at
FROM tickets t
JOIN ticket_history h ON h.org_id = t.org_id AND h.ticket_id = t.id AND h.id = t.latest_history_id
JOIN workflow_stages s ON s.org_id = h.org_id AND s.id = h.workflow_stage_id
LEFT JOIN profiles a ON a.org_id = h.org_id AND a.id = h.assigned_to
WHERE t.deleted_at IS NULL;
GRANT SELECT ON ticket_details TO postern_app;
