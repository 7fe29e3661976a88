-- Seen like the login they belong to; only functions of the registrar will write them.
GRANT SELECT ON account_identities TO postern_app;
CREATE POLICY managed ON account_identities FOR SELECT
    USING (current_setting('app.role', true) IN ('system', 'admin') AND EXISTS (
        SELECT FROM profiles p
        WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid
          AND p.account_id = account_identities.account_id));
CREATE POLICY self ON account_identities FOR SELECT
    USING (current_setting('app.role', true) IN ('agent', 'customer') AND EXISTS (
        SELECT FROM profiles p
        WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid
          AND p.account_id = account_identities.account_id
          AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid));
