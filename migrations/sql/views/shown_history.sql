-- The revisions of tickets as their reader may see them: policies hide rows and not columns, and a customer is not told who
-- of the staff works on it or why something was decided.
CREATE VIEW shown_history WITH (security_invoker) AS
SELECT h.org_id, h.id, h.ticket_id, h.title, h.priority, h.category AS status, h.changed_by, h.changed_at, c.changes,
       CASE WHEN c.reduced THEN NULL ELSE h.reason END AS reason
FROM ticket_history h
CROSS JOIN LATERAL (
    SELECT r.reduced,
           CASE WHEN r.reduced THEN (
               SELECT coalesce(jsonb_object_agg(k.name, k.change), '{}') FROM jsonb_each(h.changes) AS k (name, change)
               WHERE k.name IN ('title', 'description', 'priority', 'stage_id'))
           ELSE h.changes END AS changes
    FROM (SELECT coalesce(current_setting('app.role', true), '') IN ('', 'customer')) AS r (reduced)
) c
WHERE NOT c.reduced OR c.changes <> '{}';
GRANT SELECT ON shown_history TO postern_app;
