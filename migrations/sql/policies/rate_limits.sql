-- Workers decide limits; admins read, change and lift them.
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO postern_app;
CREATE POLICY seen ON rate_limits FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY added ON rate_limits FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY changed ON rate_limits FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY removed ON rate_limits FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
-- For the clock, which removes what is over everywhere.
GRANT SELECT (org_id, id, is_blocked, blocked_until, updated_at, window_start, window_seconds), UPDATE (is_blocked), DELETE
    ON rate_limits TO postern_registrar;
CREATE POLICY registrar ON rate_limits TO postern_registrar
    USING (true)
    WITH CHECK (true);
