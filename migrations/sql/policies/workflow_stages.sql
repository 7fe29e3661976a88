-- As the workflows they belong to.
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_stages TO postern_app;
CREATE POLICY seen ON workflow_stages FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY added ON workflow_stages FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY changed ON workflow_stages FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY removed ON workflow_stages FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON workflow_stages TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- For the materialized views, which hold every organization.
GRANT SELECT (org_id, id, workflow_id, name) ON workflow_stages TO postern_registrar;
CREATE POLICY registrar ON workflow_stages FOR SELECT TO postern_registrar
    USING (true);
