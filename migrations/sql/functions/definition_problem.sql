-- What is wrong with the definition of a custom field, or null: options are values with labels, rules are as `field_problem`
-- reads them, a default fits. A pattern is looked for in what strangers write, so it may neither refer back nor look around:
-- without these PostgreSQL finds it in time linear in the text.
CREATE FUNCTION definition_problem(p_type text, p_options jsonb, p_rules jsonb, p_default jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_pattern text := p_rules ->> 'pattern';
    v_odd text;
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(p_options) AS o (it) WHERE jsonb_typeof(o.it -> 'value') IS DISTINCT FROM 'string'
               OR coalesce(jsonb_typeof(o.it -> 'label'), 'null') NOT IN ('string', 'null')) THEN
        RETURN 'each option is a value with a label, both texts';
    END IF;
    SELECT r.name INTO v_odd FROM jsonb_each(p_rules) AS r (name, it)
    WHERE CASE WHEN r.name IN ('min_length', 'max_length', 'min_items', 'max_items')
               THEN jsonb_typeof(r.it) <> 'number' OR (r.it)::numeric < 0
               WHEN r.name IN ('min', 'max') AND p_type = 'number' THEN jsonb_typeof(r.it) <> 'number'
               WHEN r.name IN ('min', 'max') AND p_type = 'date'
               THEN r.it #>> '{}' !~ '^\d{4}-\d\d-\d\d$' OR NOT pg_input_is_valid(r.it #>> '{}', 'date')
               WHEN r.name = 'integer' THEN jsonb_typeof(r.it) <> 'boolean'
               WHEN r.name = 'pattern' THEN jsonb_typeof(r.it) <> 'string' END
    ORDER BY 1 LIMIT 1;
    IF v_odd IS NOT NULL THEN
        RETURN format('its rule %s is none: %s', v_odd, p_rules -> v_odd);
    END IF;
    IF length(v_pattern) > 200 OR v_pattern ~ '\\[1-9]|\(\?<?[=!]' THEN
        RETURN 'its pattern is longer than 200 characters, refers back or looks around';
    END IF;
    BEGIN
        PERFORM '' ~ ('^(?:' || v_pattern || ')$');
    EXCEPTION WHEN invalid_regular_expression THEN
        RETURN format('its pattern %s is no regular expression', v_pattern);
    END;
    RETURN CASE WHEN p_default IS NOT NULL THEN 'its default ' || field_problem(p_type, p_options, p_rules, p_default) END;
END
$$;
GRANT EXECUTE ON FUNCTION definition_problem (text, jsonb, jsonb, jsonb) TO postern_app;
