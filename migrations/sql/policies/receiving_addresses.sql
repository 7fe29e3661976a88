-- Known over all organizations, so nobody but the registrar touches them.
ALTER TABLE receiving_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE receiving_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY registrar ON receiving_addresses TO postern_registrar
    USING (true)
    WITH CHECK (true);
