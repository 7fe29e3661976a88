-- Workers learn; admins may look at what was learnt.
GRANT SELECT, INSERT, UPDATE, DELETE ON spam_models TO postern_app;
CREATE POLICY seen ON spam_models FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin');
CREATE POLICY worked ON spam_models
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
