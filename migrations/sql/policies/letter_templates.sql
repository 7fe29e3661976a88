-- Agents read the letters, admins word them.
GRANT SELECT, INSERT, UPDATE, DELETE ON letter_templates TO postern_app;
CREATE POLICY staff ON letter_templates FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY managed ON letter_templates
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
