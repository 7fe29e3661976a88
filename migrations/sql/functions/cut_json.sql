-- As `cut`, for a document: its keys stay, its texts and numbers are looked at one by one.
CREATE FUNCTION cut_json(p_document jsonb, p_pattern text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN p_document IS NULL THEN NULL
        WHEN p_pattern IS NULL THEN CASE jsonb_typeof(p_document) WHEN 'array' THEN '[]' ELSE '{}' END::jsonb
        WHEN jsonb_typeof(p_document) = 'object' THEN (
            SELECT coalesce(jsonb_object_agg(e.key, cut_json(e.value, p_pattern)), '{}') FROM jsonb_each(p_document) e)
        WHEN jsonb_typeof(p_document) = 'array' THEN (
            SELECT coalesce(jsonb_agg(cut_json(e.value, p_pattern) ORDER BY e.place), '[]')
            FROM jsonb_array_elements(p_document) WITH ORDINALITY AS e (value, place))
        WHEN p_document #>> '{}' ~* p_pattern THEN to_jsonb(cut(p_document #>> '{}', p_pattern))
        ELSE p_document
    END
$$;
GRANT EXECUTE ON FUNCTION cut_json (jsonb, text) TO postern_registrar;
