-- All tickets with their counts, for lists and dashboards that may be some minutes old (S0, S1). It belongs to the registrar:
-- refreshed by the owner inside one organization it would keep that one alone. Nobody reads it but by `agent_tickets_seen`.
SET LOCAL ROLE postern_registrar;
CREATE MATERIALIZED VIEW agent_tickets AS
SELECT t.org_id, t.id, t.number, t.title, t.priority, t.status, t.workflow_id, t.current_stage_id, t.assigned_to,
       t.created_by, t.department_id, t.created_at, t.updated_at, t.last_activity_at, w.name AS workflow_name,
       s.name AS stage_name, a.name AS assigned_to_name, r.name AS created_by_name,
       coalesce(c.public, 0) AS public_comment_count, coalesce(c.internal, 0) AS internal_comment_count,
       coalesce(c.public + c.internal, 0) AS comment_count, coalesce(f.files, 0) AS attachment_count
FROM tickets t
JOIN workflows w ON w.org_id = t.org_id AND w.id = t.workflow_id
JOIN workflow_stages s ON s.org_id = t.org_id AND s.id = t.current_stage_id
LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
LEFT JOIN (
    SELECT org_id, ticket_id, count(*) FILTER (WHERE NOT is_internal) AS public,
           count(*) FILTER (WHERE is_internal) AS internal
    FROM ticket_comments GROUP BY 1, 2
) c ON c.org_id = t.org_id AND c.ticket_id = t.id
LEFT JOIN (
    SELECT org_id, ticket_id, count(*) AS files FROM ticket_attachments GROUP BY 1, 2
) f ON f.org_id = t.org_id AND f.ticket_id = t.id
WHERE t.deleted_at IS NULL
WITH NO DATA;
CREATE UNIQUE INDEX uq_agent_tickets_id ON agent_tickets (org_id, id);
CREATE INDEX ix_agent_tickets_workflow_id ON agent_tickets (org_id, workflow_id, current_stage_id);
CREATE INDEX ix_agent_tickets_priority ON agent_tickets (org_id, priority);
CREATE INDEX ix_agent_tickets_assigned_to ON agent_tickets (org_id, assigned_to);
GRANT MAINTAIN ON agent_tickets TO postern_app;

CREATE VIEW agent_tickets_seen WITH (security_barrier) AS
SELECT * FROM agent_tickets
WHERE org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
    current_setting('app.role', true) IN ('system', 'admin')
    OR current_setting('app.role', true) = 'agent' AND (
        nullif(current_setting('app.department_id', true), '') IS NULL
        OR department_id = nullif(current_setting('app.department_id', true), '')::uuid
        OR assigned_to = nullif(current_setting('app.profile_id', true), '')::uuid));
GRANT SELECT ON agent_tickets_seen TO postern_app;
SET LOCAL ROLE postern_owner;
