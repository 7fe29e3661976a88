-- Agents read where mail comes in, admins manage it; the registrar answers the door's question.
ALTER TABLE mailboxes ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailboxes FORCE ROW LEVEL SECURITY;
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
