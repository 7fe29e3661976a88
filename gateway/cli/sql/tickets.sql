-- Tickets of the organization in the context, latest activity first.
SELECT t.number, t.title AS subject, t.status, s.name AS stage, t.priority, r.email AS requester, a.email AS assignee,
       d.name AS department, t.created_at, t.last_activity_at
FROM tickets t
JOIN workflow_stages s ON s.org_id = t.org_id AND s.id = t.current_stage_id
JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
LEFT JOIN departments d ON d.org_id = t.org_id AND d.id = t.department_id
WHERE t.deleted_at IS NULL
  AND (CAST(:statuses AS text[]) IS NULL OR t.status = ANY (CAST(:statuses AS text[])))
  AND (CAST(:assignee AS text) IS NULL OR lower(a.email) = lower(:assignee) OR :assignee = 'none' AND a.id IS NULL)
  AND (CAST(:words AS text) IS NULL OR t.id IN (SELECT s.ticket_id FROM search_tickets(:words) s))
ORDER BY t.last_activity_at DESC
LIMIT :most
