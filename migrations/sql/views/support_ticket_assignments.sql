-- Who was given a ticket, from whom and why, as S3's table has it: the revisions by which its assignee or the organization
-- that works on it changed.
CREATE VIEW support_ticket_assignments WITH (security_invoker) AS
SELECT h.org_id, h.id, h.ticket_id, p.assigned_to AS assigned_from_user_id, h.assigned_to AS assigned_to_user_id,
       h.assigned_org_id AS assigned_to_org_id, h.reason AS assignment_reason, h.changed_by AS assigned_by,
       h.changed_at AS assigned_at
FROM ticket_history h
LEFT JOIN ticket_history p
  ON p.org_id = h.org_id AND p.ticket_id = h.ticket_id AND p.id = h.previous_history_id
WHERE (p.assigned_to, p.assigned_org_id) IS DISTINCT FROM (h.assigned_to, h.assigned_org_id)
  AND coalesce(current_setting('app.role', true), '') IN ('system', 'admin', 'agent', 'guest');
GRANT SELECT ON support_ticket_assignments TO postern_app;
