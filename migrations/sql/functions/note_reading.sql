-- A notice was read when it was first marked as read.
CREATE FUNCTION note_reading() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.read_at := CASE WHEN NEW.is_read THEN coalesce(NEW.read_at, now()) END;
    RETURN NEW;
END
$$;
