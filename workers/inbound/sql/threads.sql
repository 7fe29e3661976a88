-- The letters whose signed addresses were used, the tickets of the cited Message-IDs, and what is known of those tickets.
WITH letters AS (
    SELECT o.id, o.handle, o.letter, o.ticket_id, o.profile_id FROM outgoing o
    WHERE o.org_id = :org AND o.handle = ANY (CAST(:handles AS bigint[]))
), threads AS (
    SELECT m.message_id, m.ticket_id, bool_and(m.direction = 'in') AS foreign_id FROM message_ids m
    WHERE m.org_id = :org AND m.message_id = ANY (CAST(:cited AS text[]))
    GROUP BY 1, 2
), wanted AS (
    SELECT coalesce(t.merged_into_id, t.id) AS id FROM tickets t
    WHERE t.org_id = :org AND t.id IN (SELECT ticket_id FROM letters UNION SELECT ticket_id FROM threads)
)
SELECT
    (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]') FROM letters l) AS letters,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(t.message_id, t.ticket_id) ORDER BY t.foreign_id), '[]')
     FROM threads t) AS threads,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', t.id, 'title', t.title, 'status', t.status, 'assigned_to', t.assigned_to, 'department_id', t.department_id, 'workflow_id', t.workflow_id,
        'requester', jsonb_build_object('id', p.id, 'name', p.name, 'address', p.email, 'role', p.role,
                                        'department_id', p.department_id),
        'participants', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'address', q.email,
                                      'role', q.role, 'department_id', q.department_id)), '[]')
            FROM ticket_participants tp JOIN profiles q ON q.org_id = tp.org_id AND q.id = tp.profile_id
            WHERE tp.org_id = t.org_id AND tp.ticket_id = t.id),
        'heard', (
            SELECT coalesce(jsonb_agg(h.message_id ORDER BY h.id), '[]') FROM (
                SELECT m.message_id, m.id FROM message_ids m
                JOIN ticket_comments c ON c.org_id = m.org_id AND c.id = m.comment_id AND c.sender_type = 'customer'
                WHERE m.org_id = t.org_id AND m.ticket_id = t.id AND m.direction = 'in'
                ORDER BY m.id DESC LIMIT 20) h))), '[]')
     FROM tickets t JOIN profiles p ON p.org_id = t.org_id AND p.id = t.created_by
     WHERE t.org_id = :org AND t.id IN (SELECT id FROM wanted)) AS tickets
