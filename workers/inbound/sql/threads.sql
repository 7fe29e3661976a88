-- The letters whose signed addresses were used, the tickets of the Message-IDs, and what is known of those tickets. A
-- Message-ID is awaited on a ticket while that only knows it from a mail that cites it: its rows have no comment.
WITH RECURSIVE letters AS (
    SELECT o.id, o.handle, o.letter, o.ticket_id, o.profile_id, o.depth FROM outgoing o
    WHERE o.org_id = :org AND o.handle = ANY (CAST(:handles AS bigint[]))
), threads AS (  -- those that knew it first: anybody can make any number of tickets that cite it
    SELECT named.message_id, found.* FROM unnest(CAST(:named AS text[])) AS named (message_id)
    CROSS JOIN LATERAL (
        SELECT m.ticket_id, bool_and(m.direction = 'in') AS foreign_id,
               bool_and(m.direction = 'in' AND m.comment_id IS NULL) AS awaited,
               (array_agg(m.id ORDER BY m.id))[1] AS since
        FROM message_ids m
        WHERE m.org_id = :org AND m.message_id = named.message_id
        GROUP BY 1 ORDER BY foreign_id, since LIMIT 20) found
), path AS (  -- what was joined goes on elsewhere; one after the other by key, as policies hide from the planner how many
    SELECT t.id AS asked, t.id, t.merged_into_id
    FROM (SELECT ticket_id FROM letters UNION SELECT ticket_id FROM threads) known
    CROSS JOIN LATERAL (SELECT f.id, f.merged_into_id FROM tickets f
                        WHERE f.org_id = :org AND f.id = known.ticket_id LIMIT 1) t
    UNION
    SELECT path.asked, t.id, t.merged_into_id FROM path
    CROSS JOIN LATERAL (SELECT f.id, f.merged_into_id FROM tickets f
                        WHERE f.org_id = :org AND f.id = path.merged_into_id LIMIT 1) t
), homes AS MATERIALIZED (
    SELECT asked, id FROM path WHERE merged_into_id IS NULL
), wanted AS MATERIALIZED (
    SELECT DISTINCT id FROM homes
)
SELECT
    (SELECT coalesce(jsonb_agg(to_jsonb(l) || jsonb_build_object('ticket_id', h.id)), '[]')
     FROM letters l LEFT JOIN homes h ON h.asked = l.ticket_id) AS letters,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(t.message_id, t.id, t.awaited) ORDER BY t.foreign_id, t.since), '[]')
     FROM (SELECT t.message_id, h.id, bool_and(t.foreign_id) AS foreign_id, bool_and(t.awaited) AS awaited,
                  (array_agg(t.since ORDER BY t.since))[1] AS since
           FROM threads t JOIN homes h ON h.asked = t.ticket_id GROUP BY 1, 2) t) AS threads,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', t.id, 'title', t.title, 'status', t.status, 'assigned_to', t.assigned_to, 'department_id', t.department_id, 'workflow_id', t.workflow_id,
        'requester', jsonb_build_object('id', p.id, 'name', p.name, 'address', p.email, 'role', p.role,
                                        'department_id', p.department_id, 'audiences', p.audiences),
        'participants', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'address', q.email,
                                      'role', q.role, 'department_id', q.department_id)), '[]')
            FROM ticket_participants tp JOIN profiles q ON q.org_id = tp.org_id AND q.id = tp.profile_id
            WHERE tp.org_id = t.org_id AND tp.ticket_id = t.id
              AND NOT (tp.kind = 'watcher' AND q.role IN ('agent', 'admin'))),  -- who only looks on
        'is_final', t.status = 'closed' AND t.closed_at < now() - make_interval(days => (
            SELECT CASE WHEN jsonb_typeof(s.policies -> 'reopen_days') = 'number'
                        THEN least(greatest((s.policies ->> 'reopen_days')::numeric, 0), 36500)::integer ELSE 30 END
            FROM organization_settings s WHERE s.org_id = t.org_id)),
        'type_id', t.request_type_id, 'event_id', t.event_id, 'fields', t.custom_fields, 'imported', NOT EXISTS (
            SELECT FROM ticket_comments c
            WHERE c.org_id = t.org_id AND c.ticket_id = t.id AND NOT c.metadata ? 'imported'),
        'heard', (
            SELECT coalesce(jsonb_agg(h.message_id ORDER BY h.id), '[]') FROM (
                SELECT m.message_id, m.id FROM message_ids m
                JOIN ticket_comments c ON c.org_id = m.org_id AND c.id = m.comment_id AND c.sender_type = 'customer'
                WHERE m.org_id = t.org_id AND m.ticket_id = t.id AND m.direction = 'in'
                ORDER BY m.id DESC LIMIT 20) h))), '[]')
     FROM wanted
     CROSS JOIN LATERAL (SELECT f.* FROM tickets f WHERE f.org_id = :org AND f.id = wanted.id LIMIT 1) t
     CROSS JOIN LATERAL (SELECT f.* FROM profiles f WHERE f.org_id = :org AND f.id = t.created_by LIMIT 1) p) AS tickets
