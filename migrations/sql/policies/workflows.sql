-- Workflows are read by everybody of the organization; agents and admins manage them (S0).
GRANT SELECT, INSERT, UPDATE, DELETE ON workflows TO postern_app;
CREATE POLICY seen ON workflows FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY added ON workflows FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY changed ON workflows FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY removed ON workflows FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON workflows TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- For the materialized views, which hold every organization.
GRANT SELECT (org_id, id, name) ON workflows TO postern_registrar;
CREATE POLICY registrar ON workflows FOR SELECT TO postern_registrar
    USING (true);
