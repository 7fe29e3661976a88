-- When a ticket became open, resolved and so on, as S2's table has it: the revisions by which its status changed.
CREATE VIEW ticket_status_history WITH (security_invoker) AS
SELECT h.org_id, h.id, h.ticket_id, h.category AS status, h.changed_by,
       CASE WHEN current_setting('app.role', true) = 'customer' THEN NULL ELSE h.reason END AS note,
       h.changed_at AS created_at
FROM ticket_history h
LEFT JOIN ticket_history p
  ON p.org_id = h.org_id AND p.ticket_id = h.ticket_id AND p.id = h.previous_history_id
WHERE p.category IS DISTINCT FROM h.category;
GRANT SELECT ON ticket_status_history TO postern_app;
