-- Calls of webhooks of the organization in the context, latest first; one of them where :call names it.
SELECT c.id, w.name AS webhook, c.event, t.number AS ticket, c.state, c.attempts, c.answer,
       CASE WHEN c.state IN ('queued', 'deferred') THEN c.next_try_at END AS next_try_at, c.created_at, c.sent_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'at', to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'outcome', d.outcome,
            'answer', d.answer) ORDER BY d.at, d.id), '[]')
        FROM deliveries d WHERE d.org_id = c.org_id AND d.call_id = c.id) AS tries
FROM webhook_calls c
JOIN webhooks w ON w.org_id = c.org_id AND w.id = c.webhook_id
LEFT JOIN tickets t ON t.org_id = c.org_id AND t.id = c.ticket_id
WHERE (CAST(:states AS text[]) IS NULL OR c.state = ANY (CAST(:states AS text[])))
  AND (CAST(:call AS uuid) IS NULL OR c.id = CAST(:call AS uuid))
  AND (CAST(:webhook AS text) IS NULL OR lower(w.name) = lower(:webhook))
  AND (CAST(:ticket AS uuid) IS NULL OR c.ticket_id = CAST(:ticket AS uuid))
ORDER BY c.created_at DESC, c.id DESC
LIMIT :most
