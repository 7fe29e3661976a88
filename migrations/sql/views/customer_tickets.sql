-- What somebody asked for, takes part in or was given to do, as they are told of it (S0, S1): staff is "Support Team", which
-- the policies on profiles alone would leave nameless.
CREATE VIEW customer_tickets WITH (security_invoker) AS
SELECT t.org_id, t.id, t.number, t.title, t.priority, t.status, s.name AS stage_name,
       CASE WHEN a.role = 'customer' THEN a.name WHEN t.assigned_to IS NOT NULL THEN 'Support Team' END
           AS assigned_to_display,
       t.created_at, t.updated_at, t.last_activity_at,
       (SELECT count(*) FROM ticket_comments c
        WHERE c.org_id = t.org_id AND c.ticket_id = t.id AND NOT c.is_internal) AS public_comment_count
FROM tickets t
JOIN workflow_stages s ON s.org_id = t.org_id AND s.workflow_id = t.workflow_id AND s.id = t.current_stage_id
LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
WHERE t.deleted_at IS NULL AND (
    t.created_by = nullif(current_setting('app.profile_id', true), '')::uuid
    OR t.assigned_to = nullif(current_setting('app.profile_id', true), '')::uuid
    OR EXISTS (SELECT FROM ticket_participants p
               WHERE p.org_id = t.org_id AND p.ticket_id = t.id
                 AND p.profile_id = nullif(current_setting('app.profile_id', true), '')::uuid));
GRANT SELECT ON customer_tickets TO postern_app;
