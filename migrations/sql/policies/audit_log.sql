-- Admins read who changed which setting; the trigger writes, also for what changes without an organization's context.
GRANT SELECT ON audit_log TO postern_app;
-- The registrar chains, proves the chain, and empties what names somebody who is erased.
GRANT SELECT, INSERT, UPDATE (place, digest, hash, changes) ON audit_log TO postern_registrar;
CREATE POLICY staff ON audit_log FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON audit_log TO postern_registrar
    USING (true)
    WITH CHECK (true);
