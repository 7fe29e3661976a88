-- Addresses are seen like the people they belong to; admins and workers write them.
ALTER TABLE profile_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY staff ON profile_addresses FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY self ON profile_addresses FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY managed ON profile_addresses
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
