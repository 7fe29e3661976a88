-- Admins manage the people of their organization, agents see them, customers and guests only themselves. What people may
-- change of themselves the trigger `guard` says. Whose login a profile is and where a guest comes from, only functions of
-- the registrar write: those keys go beyond the organization.
GRANT SELECT, DELETE ON profiles TO postern_app;
GRANT INSERT (org_id, id, username, name, email, role, department_id, audiences, status, last_active,
    preferences, avatar_url, locale, timezone, custom_fields, metadata, added_by, deleted_at, erased_at, created_at) ON profiles TO postern_app;
GRANT UPDATE (username, name, email, role, department_id, audiences, status, last_active,
    preferences, avatar_url, locale, timezone, custom_fields, metadata, added_by, deleted_at, erased_at) ON profiles TO postern_app;
GRANT SELECT ON profiles TO postern_registrar;
GRANT INSERT (org_id, id, account_id, home_org_id, role, username, name, email, avatar_url, locale, timezone, added_by),
    UPDATE (account_id, name, username, email, avatar_url, role, deleted_at) ON profiles TO postern_registrar;
CREATE POLICY managed ON profiles
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON profiles FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY self ON profiles FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('customer', 'guest')
           AND id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY own ON profiles FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid
           AND current_setting('app.role', true) IN ('agent', 'customer', 'guest')
           AND id = nullif(current_setting('app.profile_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid
           AND current_setting('app.role', true) IN ('agent', 'customer', 'guest')
           AND id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY door ON profiles TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY registrar ON profiles TO postern_registrar
    USING (true)
    WITH CHECK (role = 'guest');
