-- An article's version counts its texts, whatever a writer says it is (S1 counted every touch); publishing has its time.
CREATE FUNCTION update_article_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.version := CASE
        WHEN TG_OP = 'INSERT' THEN 1
        WHEN (NEW.title, NEW.content) IS DISTINCT FROM (OLD.title, OLD.content) THEN OLD.version + 1
        ELSE OLD.version
    END;
    NEW.published_at := CASE NEW.status
        WHEN 'draft' THEN NULL
        WHEN 'published' THEN coalesce(NEW.published_at, now())
        ELSE NEW.published_at
    END;
    RETURN NEW;
END
$$;
