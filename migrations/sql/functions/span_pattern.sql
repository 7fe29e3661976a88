-- A pattern that finds any of these texts, in capitals or not and over the end of a line.
CREATE FUNCTION span_pattern(p_spans text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(regexp_replace(regexp_replace(btrim(s.said), '([][\\.^$*+?(){}|-])', '\\\1', 'g'),
                                     '[\s\u00a0]+', '[\\s\\u00a0]+', 'g'), '|')
    FROM unnest(p_spans) AS s (said) WHERE btrim(s.said) <> ''
$$;
GRANT EXECUTE ON FUNCTION span_pattern (text[]) TO postern_app;
