-- Admins and workers write addresses, agents read them; a customer sees their own.
GRANT SELECT, INSERT, UPDATE, DELETE ON profile_addresses TO postern_app;
GRANT INSERT (org_id, address, profile_id) ON profile_addresses TO postern_registrar;
CREATE POLICY managed ON profile_addresses
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON profile_addresses FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY self ON profile_addresses FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer'
           AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
