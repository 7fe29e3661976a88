-- Admins place and lift; what was held when stays.
GRANT SELECT, INSERT, UPDATE (lifted_at) ON legal_holds TO postern_app;
CREATE POLICY managed ON legal_holds
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
