-- What an answer to a ticket needs: who gets it, what they wrote before, the mailbox it goes out from.
SELECT t.title, t.status, t.assigned_to, t.department_id, t.workflow_id, now() AS at,
       m.id AS mailbox_id, m.address AS mailbox, m.name AS mailbox_name, m.default_priority AS priority,
       jsonb_build_object('id', r.id, 'name', r.name, 'address', r.email, 'role', r.role) AS requester,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'address', p.email, 'role', p.role)
                                  ORDER BY tp.created_at, p.id), '[]')
        FROM ticket_participants tp JOIN profiles p ON p.org_id = tp.org_id AND p.id = tp.profile_id
        WHERE tp.org_id = t.org_id AND tp.ticket_id = t.id
          AND NOT (tp.kind = 'watcher' AND p.role IN ('agent', 'admin'))) AS participants,
       ARRAY(
           SELECT h.message_id FROM (
               SELECT i.message_id, i.id FROM message_ids i
               JOIN ticket_comments c ON c.org_id = i.org_id AND c.id = i.comment_id AND c.sender_type = 'customer'
               WHERE i.org_id = t.org_id AND i.ticket_id = t.id AND i.direction = 'in' ORDER BY i.id DESC LIMIT 20
           ) h ORDER BY h.id
       ) AS heard
FROM tickets t
JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
LEFT JOIN mailboxes m ON m.org_id = t.org_id AND m.id = t.mailbox_id
WHERE t.id = :ticket
FOR UPDATE OF t
