-- Seen with the ticket; written by the doors alone.
GRANT SELECT ON ticket_numbers TO postern_app;
CREATE POLICY seen ON ticket_numbers FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_numbers.org_id AND t.id = ticket_numbers.ticket_id));
CREATE POLICY door ON ticket_numbers TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
