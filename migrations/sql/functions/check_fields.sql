-- The one place where custom fields are checked, for any writer (S4's wish): each value that is new is one of a field that
-- who acts is shown, and fits it; a null takes it away. What a person opens by a form is complete, defaults filled in; what
-- comes by mail cannot be. The argument says whose fields the table holds.
CREATE FUNCTION check_fields() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_was jsonb := '{}';
    v_type uuid;
    v_complete boolean := false;
    v_problems text;
BEGIN
    IF jsonb_typeof(NEW.custom_fields) <> 'object' THEN
        RAISE EXCEPTION 'custom fields are keys with values' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        v_was := OLD.custom_fields;
    END IF;
    IF TG_ARGV[0] = 'ticket' THEN
        v_type := NEW.request_type_id;
        v_complete := TG_OP = 'INSERT' AND NEW.source IN ('web', 'api');
    END IF;
    IF v_complete THEN
        SELECT coalesce(jsonb_object_agg(f.key, f.default_value), '{}') || NEW.custom_fields INTO NEW.custom_fields
        FROM shown_fields(TG_ARGV[0], v_type, NEW.custom_fields) f WHERE f.default_value IS NOT NULL;
    END IF;
    NEW.custom_fields := jsonb_strip_nulls(NEW.custom_fields);
    WITH shown AS (
        SELECT * FROM shown_fields(TG_ARGV[0], v_type, NEW.custom_fields)
    ), problems AS (
        SELECT k.key, CASE WHEN f.key IS NULL THEN 'is no field here'
                           ELSE coalesce(field_problem(f.type, f.options, f.validation_rules, k.said), CASE f.type
            WHEN 'dropdown_dynamic_event' THEN (
                SELECT 'is no event' WHERE NOT EXISTS (
                    SELECT FROM events e
                    WHERE e.org_id = NEW.org_id AND e.id = (k.said #>> '{}')::uuid AND e.is_active))
            WHEN 'file' THEN (
                SELECT 'is no file' WHERE NOT EXISTS (
                    SELECT FROM ticket_attachments a WHERE a.org_id = NEW.org_id AND a.id = (k.said #>> '{}')::uuid))
            END) END AS problem
        FROM jsonb_each(NEW.custom_fields) AS k (key, said) LEFT JOIN shown f ON f.key = k.key
        WHERE k.said IS DISTINCT FROM v_was -> k.key
        UNION ALL
        SELECT f.key, 'is required' FROM shown f
        WHERE f.is_required AND NOT NEW.custom_fields ? f.key AND (v_complete OR v_was ? f.key)
    )
    SELECT string_agg(p.key || ' ' || p.problem, ', ' ORDER BY p.key) INTO v_problems
    FROM problems p WHERE p.problem IS NOT NULL;
    IF v_problems IS NOT NULL THEN
        RAISE EXCEPTION 'custom fields: %', v_problems USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
