-- Whom to believe is for admins.
GRANT SELECT, INSERT, UPDATE, DELETE ON allowed_sealers TO postern_app;
CREATE POLICY managed ON allowed_sealers
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
