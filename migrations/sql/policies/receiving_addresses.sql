-- Known over all organizations, so nobody but the registrar touches them.
GRANT SELECT, INSERT, DELETE ON receiving_addresses TO postern_registrar;
CREATE POLICY registrar ON receiving_addresses TO postern_registrar
    USING (true)
    WITH CHECK (true);
