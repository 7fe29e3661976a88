-- Admins invite; who accepts does so as the organization itself.
GRANT SELECT, UPDATE (used_at, used_by) ON org_invites TO postern_registrar;
GRANT SELECT, INSERT, UPDATE, DELETE ON org_invites TO postern_app;
CREATE POLICY managed ON org_invites
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
