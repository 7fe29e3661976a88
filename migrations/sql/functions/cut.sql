-- A text without what must go: all of it where no pattern is given.
CREATE FUNCTION cut(p_text text, p_pattern text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN p_pattern IS NOT NULL THEN regexp_replace(p_text, p_pattern, '[redacted]', 'gi')
                WHEN p_text <> '' THEN '[erased]' ELSE p_text END
$$;
GRANT EXECUTE ON FUNCTION cut (text, text) TO postern_registrar;
