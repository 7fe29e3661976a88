-- They hold for all organizations, so nobody but the registrar touches them.
GRANT SELECT, INSERT, UPDATE, DELETE ON door_limits TO postern_registrar;
CREATE POLICY registrar ON door_limits TO postern_registrar
    USING (true)
    WITH CHECK (true);
