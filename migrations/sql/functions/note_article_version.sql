-- Each text that an article is given is kept, with who gave it.
CREATE FUNCTION note_article_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO article_versions (org_id, article_id, version, title, content, changed_by)
    VALUES (NEW.org_id, NEW.id, NEW.version, NEW.title, NEW.content, acting_profile());
    RETURN NULL;
END
$$;
