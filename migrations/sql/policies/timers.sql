-- Written with the revision that entered a stage; worked on by the organization's own hand, retried by admins, read by agents.
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO postern_app;
CREATE POLICY kept ON timers
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY seen ON timers FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
        current_setting('app.role', true) = 'admin'
        OR current_setting('app.role', true) = 'agent' AND EXISTS (
            SELECT FROM tickets t WHERE t.org_id = timers.org_id AND t.id = timers.ticket_id)));
CREATE POLICY retried ON timers FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin');
CREATE POLICY door ON timers TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- As on hook_runs.
GRANT SELECT (org_id, due_at, fired_at, cancelled_at) ON timers TO postern_registrar;
CREATE POLICY registrar ON timers FOR SELECT TO postern_registrar
    USING (true);
