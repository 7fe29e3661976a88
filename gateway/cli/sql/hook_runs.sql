-- What became of hooks, latest first.
SELECT t.number AS ticket, s.name AS stage, k.id AS hook, k.hook_type AS type, r.state, r.attempts, r.answer,
       CASE WHEN r.state = 'waiting' THEN r.next_try_at END AS next_try_at, r.created_at, r.done_at,
       (SELECT c.state FROM webhook_calls c
        WHERE c.org_id = r.org_id AND c.ticket_id = r.ticket_id AND c.history_id = r.history_id AND c.hook_id = r.hook_id
        ORDER BY c.id DESC LIMIT 1) AS call
FROM hook_runs r
JOIN workflow_stage_hooks k ON k.org_id = r.org_id AND k.id = r.hook_id
JOIN workflow_stages s ON s.org_id = k.org_id AND s.id = k.stage_id
JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id
WHERE (CAST(:states AS text[]) IS NULL OR r.state = ANY (CAST(:states AS text[])))
  AND (CAST(:ticket AS uuid) IS NULL OR r.ticket_id = :ticket)
ORDER BY r.history_id DESC, k.position DESC, k.created_at DESC, k.id DESC LIMIT :most
