-- Internal comments are among them, so that nobody reads them: `search_tickets` answers identifiers, the clock writes.
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_words TO postern_registrar;
CREATE POLICY registrar ON ticket_words TO postern_registrar
    USING (true)
    WITH CHECK (true);
