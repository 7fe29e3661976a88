-- As `note_words`, for an article.
CREATE FUNCTION note_article_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO words_waiting (org_id, article_ids) VALUES (NEW.org_id, ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
