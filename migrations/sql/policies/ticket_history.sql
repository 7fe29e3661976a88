-- Seen with the ticket; written by the doors alone.
GRANT SELECT ON ticket_history TO postern_app;
CREATE POLICY seen ON ticket_history FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_history.org_id AND t.id = ticket_history.ticket_id));
CREATE POLICY door ON ticket_history TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- For the materialized views and the words of all organizations.
GRANT SELECT (org_id, id, ticket_id, previous_history_id, description, workflow_stage_id, changed_at) ON ticket_history TO postern_registrar;
CREATE POLICY registrar ON ticket_history TO postern_registrar
    USING (true)
    WITH CHECK (true);
-- What was said may have to go (`cut_revisions`).
GRANT SELECT (title, changes, reason), UPDATE (title, description, changes, reason) ON ticket_history TO postern_registrar;
