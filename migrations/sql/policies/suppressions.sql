-- Agents read whom no letter reaches; workers and admins decide it; the registrar looks while letters are claimed.
GRANT SELECT, INSERT, UPDATE, DELETE ON suppressions TO postern_app;
GRANT SELECT ON suppressions TO postern_registrar;
CREATE POLICY staff ON suppressions FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY managed ON suppressions
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON suppressions FOR SELECT TO postern_registrar
    USING (true);
