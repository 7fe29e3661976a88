-- What the bare loop is told beforehand about an organization.
SELECT s.workflow_id AS flow, s.id AS stage, p.id AS system, a.id AS agent, a.email AS agent_address
FROM workflow_stages s
JOIN profiles p ON p.org_id = s.org_id AND p.role = 'system'
JOIN profiles a ON a.org_id = s.org_id AND a.role = 'agent'
WHERE s.org_id = :org AND s.is_start
