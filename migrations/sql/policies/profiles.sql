-- Agents see the people of their organization, a customer only themselves. Nobody but an admin gives a role.
GRANT SELECT, INSERT, UPDATE, DELETE ON profiles TO postern_app;
CREATE POLICY staff ON profiles FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY self ON profiles FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY managed ON profiles
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY own ON profiles FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND id = nullif(current_setting('app.profile_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND id = nullif(current_setting('app.profile_id', true), '')::uuid AND role = current_setting('app.role', true));
CREATE POLICY door ON profiles TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
