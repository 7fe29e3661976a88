-- Sealed secrets are for admins and workers; the registrar hands a leased mailbox's to its fetcher and stores the tokens that
-- the fetcher renewed, and no other secret.
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_tokens TO postern_app;
GRANT SELECT, INSERT, UPDATE ON mailbox_tokens TO postern_registrar;
CREATE POLICY managed ON mailbox_tokens
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON mailbox_tokens TO postern_registrar
    USING (true)
    WITH CHECK (kind IN ('oauth_access', 'oauth_refresh'));
