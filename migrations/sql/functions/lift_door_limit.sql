-- Let somebody in at the doors again; false: they were not blocked.
CREATE FUNCTION lift_door_limit(p_type text, p_identifier text, p_action text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'the doors belong to no organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE door_limits l SET is_blocked = false, blocked_until = NULL
    WHERE l.identifier_type = p_type AND l.identifier = p_identifier AND l.action = p_action AND l.is_blocked;
    RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION lift_door_limit (text, text, text) TO postern_app;
