-- Words are reduced by the rules of the organization's language; with another one they are others.
CREATE FUNCTION note_language() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF text_language(NEW.locale) <> text_language(OLD.locale) THEN
        PERFORM reindex_words(NEW.org_id);
    END IF;
    RETURN NULL;
END
$$;
