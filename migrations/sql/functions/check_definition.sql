-- A custom field whose definition cannot be read is refused when it is made, not when a mail answers it.
CREATE FUNCTION check_definition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_problem text := definition_problem(NEW.type, NEW.options, NEW.validation_rules, NEW.default_value);
BEGIN
    IF v_problem IS NOT NULL THEN
        RAISE EXCEPTION 'field %: %', NEW.key, v_problem USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
