-- Names of queues are read by everybody of the organization; admins manage them.
GRANT SELECT, INSERT, UPDATE, DELETE ON departments TO postern_app;
CREATE POLICY managed ON departments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON departments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer'));
