-- Turn somebody away at the doors until `p_until` (null: until lifted). It holds for all organizations, so none may do it.
CREATE FUNCTION note_door_limit(
    p_type text, p_identifier text, p_action text, p_attempts integer, p_window_seconds integer, p_until timestamptz,
    p_reason text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'the doors belong to no organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO door_limits (identifier_type, identifier, action, attempt_count, window_seconds, is_blocked,
                             blocked_until, reason)
    VALUES (p_type, p_identifier, p_action, p_attempts, p_window_seconds, true, p_until, p_reason)
    ON CONFLICT (identifier_type, identifier, action) DO UPDATE SET
        attempt_count = EXCLUDED.attempt_count, window_start = now(), window_seconds = EXCLUDED.window_seconds,
        is_blocked = true, blocked_until = EXCLUDED.blocked_until, reason = EXCLUDED.reason;
END
$$;
GRANT EXECUTE ON FUNCTION note_door_limit (text, text, text, integer, integer, timestamptz, text) TO postern_app, postern_gateway;
