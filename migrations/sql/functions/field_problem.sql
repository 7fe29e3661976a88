-- What is wrong with the value of a custom field, or null: its type, then the rules of its definition. Rules: min_length,
-- max_length and pattern (of the whole text) for words; min, max and integer for numbers; min and max for dates; min_items and
-- max_items for many of a list. Whether what is named by an identifier is there, `check_fields` sees. A rule that cannot be
-- read asks nothing, so that what an old definition says wrongly fails no mail; `definition_problem` refuses new ones.
CREATE FUNCTION field_problem(p_type text, p_options jsonb, p_rules jsonb, p_value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_said text := p_value #>> '{}';
BEGIN
    RETURN CASE
        WHEN p_type IN ('text', 'textarea') THEN CASE
            WHEN jsonb_typeof(p_value) <> 'string' THEN 'is no text'
            WHEN p_type = 'text' AND v_said ~ '[\n\r]' THEN 'has more than one line'
            WHEN length(v_said) < (p_rules ->> 'min_length')::numeric THEN 'is too short'
            WHEN length(v_said) > coalesce((p_rules ->> 'max_length')::numeric, 10000) THEN 'is too long'
            WHEN v_said !~ ('^(?:' || (p_rules ->> 'pattern') || ')$') THEN 'does not have the right form' END
        WHEN p_type = 'number' THEN CASE
            WHEN jsonb_typeof(p_value) <> 'number' THEN 'is no number'
            WHEN (p_rules ->> 'integer')::boolean AND v_said::numeric % 1 <> 0 THEN 'is no whole number'
            WHEN v_said::numeric < (p_rules ->> 'min')::numeric THEN 'is too small'
            WHEN v_said::numeric > (p_rules ->> 'max')::numeric THEN 'is too large' END
        WHEN p_type = 'boolean' THEN CASE WHEN jsonb_typeof(p_value) <> 'boolean' THEN 'is neither true nor false' END
        WHEN p_type = 'date' THEN CASE
            WHEN jsonb_typeof(p_value) <> 'string' OR v_said !~ '^\d{4}-\d\d-\d\d$' OR NOT pg_input_is_valid(v_said, 'date')
                THEN 'is no date'
            WHEN v_said < p_rules ->> 'min' THEN 'is too early'
            WHEN v_said > p_rules ->> 'max' THEN 'is too late' END
        WHEN p_type = 'select' THEN CASE
            WHEN jsonb_typeof(p_value) <> 'string' OR NOT p_options @> jsonb_build_array(jsonb_build_object('value', p_value))
                THEN 'is none of the options' END
        WHEN p_type = 'multiselect' THEN CASE
            WHEN jsonb_typeof(p_value) <> 'array' THEN 'is no list'
            WHEN EXISTS (SELECT FROM jsonb_array_elements(p_value) AS e (it) WHERE jsonb_typeof(e.it) <> 'string'
                         OR NOT p_options @> jsonb_build_array(jsonb_build_object('value', e.it))) THEN 'is none of the options'
            WHEN (SELECT count(*) <> count(DISTINCT e.it) FROM jsonb_array_elements(p_value) AS e (it)) THEN 'says one twice'
            WHEN jsonb_array_length(p_value) < (p_rules ->> 'min_items')::numeric THEN 'has too few'
            WHEN jsonb_array_length(p_value) > (p_rules ->> 'max_items')::numeric THEN 'has too many' END
        WHEN p_type IN ('dropdown_dynamic_event', 'file') THEN CASE
            WHEN jsonb_typeof(p_value) <> 'string' OR NOT pg_input_is_valid(v_said, 'uuid') THEN 'names nothing' END
        ELSE 'is of an unknown type'
    END;
EXCEPTION WHEN data_exception THEN  -- a rule's; a value is looked at by its type first
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION field_problem (text, jsonb, jsonb, jsonb) TO postern_app;
