-- Written with the revision that entered a stage; worked on by the organization's own hand, retried by admins, read by agents.
GRANT SELECT, INSERT, UPDATE, DELETE ON hook_runs TO postern_app;
CREATE POLICY kept ON hook_runs
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY seen ON hook_runs FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
        current_setting('app.role', true) = 'admin'
        OR current_setting('app.role', true) = 'agent' AND EXISTS (
            SELECT FROM tickets t WHERE t.org_id = hook_runs.org_id AND t.id = hook_runs.ticket_id)));
CREATE POLICY retried ON hook_runs FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'admin');
CREATE POLICY door ON hook_runs TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- The clock looks over all organizations for those where something is due (`organizations_due`).
GRANT SELECT (org_id, state, next_try_at) ON hook_runs TO postern_registrar;
CREATE POLICY registrar ON hook_runs FOR SELECT TO postern_registrar
    USING (true);
