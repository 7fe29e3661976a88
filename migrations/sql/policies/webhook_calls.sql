-- Workers and admins, as for the webhooks themselves; what follows from a revision or a comment is written by the owner's
-- triggers for any writer; the registrar leases.
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_calls TO postern_app;
GRANT SELECT, UPDATE ON webhook_calls TO postern_registrar;
CREATE POLICY managed ON webhook_calls
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY door ON webhook_calls FOR INSERT TO postern_owner
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY registrar ON webhook_calls TO postern_registrar
    USING (true)
    WITH CHECK (true);
