-- What a stage does is managed by staff (S0); it may name people and addresses, so customers do not read it.
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_stage_hooks TO postern_app;
CREATE POLICY staff ON workflow_stage_hooks
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON workflow_stage_hooks FOR SELECT TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
