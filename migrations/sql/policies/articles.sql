-- Agents write and publish, admins also remove; customers read what is published.
GRANT SELECT, INSERT, UPDATE, DELETE ON articles TO postern_app;
CREATE POLICY managed ON articles
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON articles FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) = 'agent' OR current_setting('app.role', true) = 'customer' AND status = 'published'));
CREATE POLICY written ON articles FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY edited ON articles FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
-- For the words of all organizations.
GRANT SELECT (org_id, id, title, content, tags) ON articles TO postern_registrar;
CREATE POLICY registrar ON articles FOR SELECT TO postern_registrar
    USING (true);
