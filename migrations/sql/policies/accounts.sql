-- An organization sees the logins of its people, a person their own; only functions of the registrar write them.
-- The hash of the secret is nobody's to read, and when a row last changed would tell what happens elsewhere.
GRANT SELECT (id, email, name, is_active, last_login_at, created_at) ON accounts TO postern_app;
CREATE POLICY managed ON accounts FOR SELECT
    USING (current_setting('app.role', true) IN ('system', 'admin') AND EXISTS (
        SELECT FROM profiles p
        WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND p.account_id = accounts.id));
CREATE POLICY self ON accounts FOR SELECT
    USING (current_setting('app.role', true) IN ('agent', 'customer') AND EXISTS (
        SELECT FROM profiles p
        WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND p.account_id = accounts.id
          AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid));
GRANT SELECT, INSERT (email, name, secret_hash), DELETE ON accounts TO postern_registrar;
CREATE POLICY registrar ON accounts TO postern_registrar
    USING (true)
    WITH CHECK (true);
