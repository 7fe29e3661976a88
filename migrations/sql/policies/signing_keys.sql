-- Keys are for admins and workers.
GRANT SELECT, INSERT, UPDATE, DELETE ON signing_keys TO postern_app;
CREATE POLICY managed ON signing_keys
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
