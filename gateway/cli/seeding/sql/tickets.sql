-- The tickets with their numbers.
WITH numbered AS MATERIALIZED (
    SELECT p.id, o.ticket_prefix || '-' || p.month || '-'
           || lpad(row_number() OVER (PARTITION BY p.month ORDER BY p.n)::text, 5, '0') AS number
    FROM planned p, organizations o WHERE o.id = :org
), counted AS (
    INSERT INTO ticket_counters (org_id, month, value) SELECT :org, month, count(*) FROM planned GROUP BY month
), known AS (
    INSERT INTO ticket_numbers (org_id, number, ticket_id) SELECT :org, number, id FROM numbered
)
INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority, status, assigned_to,
                     created_by, department_id, mailbox_id, request_type_id, source, sender_verified, created_at, updated_at,
                     last_activity_at, due_at, first_response_at, resolved_at, closed_at)
SELECT :org, p.id, m.number, s.workflow_id, s.id, p.latest, p.title, p.priority, s.category, p.agent, p.customer, p.queue,
       (SELECT b.id FROM mailboxes b WHERE b.org_id = :org LIMIT 1), p.kind, 'email', true, p.opened_at, p.last_at, p.last_at,
       CASE WHEN p.steps < 4 AND p.n % 3 = 0 THEN p.opened_at + interval '3 days' END,
       CASE WHEN p.comments > 1 THEN least(now(), p.opened_at + p.pace) END,
       CASE WHEN p.steps >= 4 THEN p.last_at END, CASE WHEN p.steps = 5 THEN p.last_at END
FROM planned p JOIN numbered m ON m.id = p.id
JOIN workflows w ON w.org_id = :org AND w.is_default
JOIN workflow_stages s ON s.org_id = w.org_id AND s.workflow_id = w.id AND s.category =
    (ARRAY['open', 'in_progress', 'waiting_on_customer', 'resolved', 'closed'])[p.steps]
