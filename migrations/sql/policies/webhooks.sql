-- They carry a secret, so only admins and the organization's own hand touch them.
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO postern_app;
CREATE POLICY managed ON webhooks
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
-- The triggers ask, for any writer, which webhooks want to be told.
CREATE POLICY door ON webhooks FOR SELECT TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
