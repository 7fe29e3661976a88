-- As `ticket_words`: read by `search_articles` alone.
GRANT SELECT, INSERT, UPDATE ON article_words TO postern_registrar;
CREATE POLICY registrar ON article_words TO postern_registrar
    USING (true)
    WITH CHECK (true);
