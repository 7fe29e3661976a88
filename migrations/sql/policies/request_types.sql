-- A customer is offered the active types that are for everybody or for an audience they belong to.
GRANT SELECT, INSERT, UPDATE, DELETE ON request_types TO postern_app;
CREATE POLICY managed ON request_types
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON request_types FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'guest'));
CREATE POLICY offered ON request_types FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND is_active AND (allowed_roles = '{}' OR 'public' = ANY (allowed_roles) OR EXISTS (
            SELECT FROM profiles p WHERE p.org_id = request_types.org_id AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid AND p.audiences && request_types.allowed_roles)));
CREATE POLICY door ON request_types TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
