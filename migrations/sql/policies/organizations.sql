-- An organization sees itself; its admins change it.
GRANT SELECT, INSERT, UPDATE, DELETE ON organizations TO postern_app;
GRANT SELECT ON organizations TO postern_registrar;
CREATE POLICY seen ON organizations FOR SELECT
    USING (id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY made ON organizations FOR INSERT
    WITH CHECK (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system'));
CREATE POLICY managed ON organizations FOR UPDATE
    USING (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON organizations FOR SELECT TO postern_registrar
    USING (true);
