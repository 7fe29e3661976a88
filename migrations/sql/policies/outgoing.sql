-- Workers and admins; agents see and write the letters of tickets they see; the registrar leases.
GRANT SELECT, INSERT, UPDATE, DELETE ON outgoing TO postern_app;
GRANT SELECT, UPDATE ON outgoing TO postern_registrar;
CREATE POLICY managed ON outgoing
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON outgoing FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = outgoing.org_id AND t.id = outgoing.ticket_id));
CREATE POLICY written ON outgoing FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = outgoing.org_id AND t.id = outgoing.ticket_id));
CREATE POLICY registrar ON outgoing TO postern_registrar
    USING (true)
    WITH CHECK (true);
