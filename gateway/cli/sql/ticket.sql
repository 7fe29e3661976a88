-- One ticket with the names of everybody in it.
SELECT t.id, t.number, t.title AS subject, t.status, s.name AS stage, t.priority, r.email AS requester,
       r.name AS requester_name, a.email AS assignee, a.name AS assignee_name, d.name AS department, y.name AS type, e.name AS event,
       ARRAY(SELECT g.name FROM ticket_tags tt JOIN tags g ON g.org_id = tt.org_id AND g.id = tt.tag_id
             WHERE tt.org_id = t.org_id AND tt.ticket_id = t.id ORDER BY lower(g.name)) AS tags,
       t.custom_fields AS fields, m.address AS mailbox, t.created_at, t.last_activity_at, t.first_response_at, t.resolved_at, t.closed_at,
       ARRAY(
           SELECT p.email FROM ticket_participants tp
           JOIN profiles p ON p.org_id = tp.org_id AND p.id = tp.profile_id
           WHERE tp.org_id = t.org_id AND tp.ticket_id = t.id AND p.email IS NOT NULL
             AND NOT (tp.kind = 'watcher' AND p.role IN ('agent', 'admin')) ORDER BY tp.created_at, p.email
       ) AS participants,
       ARRAY(
           SELECT p.email FROM ticket_participants tp
           JOIN profiles p ON p.org_id = tp.org_id AND p.id = tp.profile_id
           WHERE tp.org_id = t.org_id AND tp.ticket_id = t.id AND p.email IS NOT NULL
             AND tp.kind = 'watcher' AND p.role IN ('agent', 'admin') ORDER BY tp.created_at, p.email
       ) AS watchers,
       h.number AS goes_on_in, ARRAY(
           SELECT g.number FROM tickets g WHERE g.org_id = t.org_id AND g.merged_into_id = t.id ORDER BY g.id
       ) AS joined,
       ARRAY(
           SELECT g.number FROM ticket_links l
           JOIN tickets g ON g.org_id = l.org_id AND g.id IN (l.ticket_id, l.linked_ticket_id) AND g.id <> t.id
           WHERE l.org_id = t.org_id AND t.id IN (l.ticket_id, l.linked_ticket_id) ORDER BY g.id
       ) AS linked,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', o.id, 'letter', o.letter, 'recipient', o.recipient, 'reason', o.answer) ORDER BY o.id), '[]')
        FROM outgoing o WHERE o.org_id = t.org_id AND o.ticket_id = t.id AND o.state = 'withheld') AS withheld,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', o.id, 'letter', o.letter, 'recipient', o.recipient, 'state', o.state, 'answer', o.answer,
            'created_at', to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'sent_at', to_char(o.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'comment', o.comment_id) ORDER BY o.id), '[]')
        FROM outgoing o WHERE o.org_id = t.org_id AND o.ticket_id = t.id) AS letters
FROM tickets t
JOIN workflow_stages s ON s.org_id = t.org_id AND s.id = t.current_stage_id
JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
LEFT JOIN departments d ON d.org_id = t.org_id AND d.id = t.department_id
LEFT JOIN request_types y ON y.org_id = t.org_id AND y.id = t.request_type_id
LEFT JOIN events e ON e.org_id = t.org_id AND e.id = t.event_id
LEFT JOIN tickets h ON h.org_id = t.org_id AND h.id = t.merged_into_id
LEFT JOIN mailboxes m ON m.org_id = t.org_id AND m.id = t.mailbox_id
WHERE t.id = :ticket
