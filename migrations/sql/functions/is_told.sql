-- Whether agents were told of a mail in quarantine since it was last let out of it, or the mail answers what they were told.
CREATE FUNCTION is_told(p_trace jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(max(s.place) FILTER (WHERE s.said ->> 'step' = 'digest'), 0)
         > coalesce(max(s.place) FILTER (WHERE s.said ->> 'verdict' = 'received'), 0)
    FROM jsonb_array_elements(p_trace) WITH ORDINALITY AS s (said, place)
$$;
GRANT EXECUTE ON FUNCTION is_told (jsonb) TO postern_app, postern_registrar;
