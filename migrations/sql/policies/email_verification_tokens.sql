-- Only the workers ask and check.
GRANT SELECT, INSERT, UPDATE, DELETE ON email_verification_tokens TO postern_app;
CREATE POLICY worked ON email_verification_tokens
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
-- For an erasure, by whoever may ask for it.
CREATE POLICY door ON email_verification_tokens TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
