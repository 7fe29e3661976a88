-- What stages have done, in the order in which they do.
SELECT k.id, w.name AS workflow, s.name AS stage, k.hook_type AS type, k.config, k.position, k.is_active, k.created_at
FROM workflow_stage_hooks k
JOIN workflow_stages s ON s.org_id = k.org_id AND s.id = k.stage_id
JOIN workflows w ON w.org_id = s.org_id AND w.id = s.workflow_id
ORDER BY w.created_at, w.id, s.created_at, s.id, k.position, k.created_at, k.id
