-- Seen with the ticket; written by the doors alone.
GRANT SELECT ON ticket_history TO postern_app;
CREATE POLICY seen ON ticket_history FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_history.org_id AND t.id = ticket_history.ticket_id));
CREATE POLICY door ON ticket_history TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
