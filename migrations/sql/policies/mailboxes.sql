-- Agents read where mail comes in, admins manage it; the registrar answers the doors and writes down a mailbox's health.
GRANT SELECT, INSERT, UPDATE, DELETE ON mailboxes TO postern_app;
GRANT SELECT, UPDATE (last_seen_at, last_error, last_error_at, error_count, failing_since, error_is_permanent,
                      lag_seconds, oldest_waiting_at, gap_alarms, set_aside) ON mailboxes TO postern_registrar;
CREATE POLICY staff ON mailboxes FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY managed ON mailboxes
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON mailboxes TO postern_registrar
    USING (true)
    WITH CHECK (true);
