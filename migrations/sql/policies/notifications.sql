-- Each person has their own notices, reads them and throws them away; workers and the tickets' triggers write them, and
-- the clock removes what is over.
GRANT SELECT, INSERT, DELETE ON notifications TO postern_app;
GRANT UPDATE (is_read, read_at, mailed_at) ON notifications TO postern_app;
CREATE POLICY managed ON notifications
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY own ON notifications FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY marked ON notifications FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY removed ON notifications FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY door ON notifications FOR INSERT TO postern_owner
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
GRANT SELECT (org_id, id, expires_at, created_at, mailed_at), UPDATE (is_read), DELETE ON notifications TO postern_registrar;
CREATE POLICY registrar ON notifications TO postern_registrar
    USING (true)
    WITH CHECK (true);
