-- Staff read what an article said before; the trigger alone writes.
GRANT SELECT ON article_versions TO postern_app;
CREATE POLICY staff ON article_versions FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON article_versions FOR INSERT TO postern_owner
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
