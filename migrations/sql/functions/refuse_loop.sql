-- No category stands above itself. Those who rearrange one organization's categories wait for each other, since two changes
-- that are harmless alone may close a ring together.
CREATE FUNCTION refuse_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('categories ' || NEW.org_id, 0));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT c.id, c.parent_id FROM categories c WHERE c.org_id = NEW.org_id AND c.id = NEW.parent_id
            UNION
            SELECT c.id, c.parent_id FROM above a JOIN categories c ON c.org_id = NEW.org_id AND c.id = a.parent_id
        ) SELECT FROM above a WHERE a.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a category cannot stand below itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
