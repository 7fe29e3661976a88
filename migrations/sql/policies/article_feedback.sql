-- A customer says of what is published whether it helped and sees what they said; staff read, admins remove.
GRANT SELECT, INSERT, UPDATE, DELETE ON article_feedback TO postern_app;
CREATE POLICY managed ON article_feedback
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY staff ON article_feedback FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('admin', 'agent'));
CREATE POLICY removed ON article_feedback FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin');
CREATE POLICY own ON article_feedback FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY given ON article_feedback FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND EXISTS (
        SELECT FROM articles a
        WHERE a.org_id = article_feedback.org_id AND a.id = article_feedback.article_id AND a.status = 'published'));
-- For an erasure, by whoever may ask for it.
CREATE POLICY door ON article_feedback TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
