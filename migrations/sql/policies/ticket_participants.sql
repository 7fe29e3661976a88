-- Decided by the context only: tickets ask here, so this may not ask tickets. An agent under isolation may add others to a
-- ticket but not themselves, which would open it to them.
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_participants TO postern_app;
CREATE POLICY staff ON ticket_participants
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
        current_setting('app.role', true) IN ('system', 'admin')
        OR current_setting('app.role', true) = 'agent' AND (
            nullif(current_setting('app.department_id', true), '') IS NULL
            OR profile_id <> nullif(current_setting('app.profile_id', true), '')::uuid)));
CREATE POLICY self ON ticket_participants FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
-- For a customer's search, which `self` lets find what they take part in.
GRANT SELECT ON ticket_participants TO postern_registrar;
