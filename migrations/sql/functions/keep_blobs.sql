-- Bytes are stored before the attachment that names them: until the end of the transaction they are not taken for unused.
CREATE FUNCTION keep_blobs() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('blobs ' || nullif(current_setting('app.org_id', true), ''), 0));
    RETURN NULL;
END
$$;
