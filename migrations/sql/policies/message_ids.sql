-- The threading index is for workers and admins; agents read it with the ticket.
GRANT SELECT, INSERT, UPDATE, DELETE ON message_ids TO postern_app;
CREATE POLICY managed ON message_ids
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON message_ids FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = message_ids.org_id AND t.id = message_ids.ticket_id));
