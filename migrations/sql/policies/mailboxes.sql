-- Agents read where mail comes in, admins manage it; the registrar answers the door's question.
GRANT SELECT, INSERT, UPDATE, DELETE ON mailboxes TO postern_app;
GRANT SELECT ON mailboxes TO postern_registrar;
CREATE POLICY staff ON mailboxes FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY managed ON mailboxes
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON mailboxes FOR SELECT TO postern_registrar
    USING (true);
CREATE POLICY door ON mailboxes TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
