-- Made before there is an organization, so nobody touches them but functions of the registrar.
GRANT SELECT, INSERT (digest, expires_at), UPDATE (used_at, used_by) ON admin_invite_codes TO postern_registrar;
CREATE POLICY registrar ON admin_invite_codes TO postern_registrar
    USING (true)
    WITH CHECK (true);
