-- The last ticket that each of some people opened through a mailbox within a day, as `threads` tells tickets.
SELECT w.profile_id, w.mailbox_id, jsonb_build_object(
    'id', t.id, 'title', t.title, 'status', t.status, 'assigned_to', t.assigned_to, 'department_id', t.department_id,
    'workflow_id', t.workflow_id, 'type_id', t.request_type_id, 'event_id', t.event_id, 'fields', t.custom_fields, 'is_final', false,
    'imported', false, 'heard', '[]'::jsonb,
    'requester', jsonb_build_object('id', p.id, 'name', p.name, 'address', p.email, 'role', p.role,
                                    'department_id', p.department_id),
    'participants', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'address', q.email, 'role', q.role,
                                                     'department_id', q.department_id)), '[]')
        FROM ticket_participants tp JOIN profiles q ON q.org_id = tp.org_id AND q.id = tp.profile_id
        WHERE tp.org_id = :org AND tp.ticket_id = t.id
          AND NOT (tp.kind = 'watcher' AND q.role IN ('agent', 'admin')))) AS ticket
FROM unnest(CAST(:people AS uuid[]), CAST(:boxes AS uuid[])) AS w (profile_id, mailbox_id)
CROSS JOIN LATERAL (
    SELECT f.* FROM tickets f
    WHERE f.org_id = :org AND f.created_by = w.profile_id AND f.mailbox_id = w.mailbox_id
      AND f.merged_into_id IS NULL AND f.deleted_at IS NULL AND f.created_at > now() - interval '1 day'
    ORDER BY f.id DESC LIMIT 1) t
CROSS JOIN LATERAL (SELECT f.* FROM profiles f WHERE f.org_id = :org AND f.id = w.profile_id LIMIT 1) p
