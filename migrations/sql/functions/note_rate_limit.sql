-- Block somebody inside the organization until `p_until` (null: until lifted), as was counted elsewhere (S3).
CREATE FUNCTION note_rate_limit(
    p_type text, p_identifier text, p_action text, p_attempts integer, p_window_seconds integer, p_until timestamptz,
    p_reason text
) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO rate_limits (org_id, identifier_type, identifier, action, attempt_count, window_seconds, is_blocked,
                             blocked_until, reason)
    VALUES (nullif(current_setting('app.org_id', true), '')::uuid, p_type, p_identifier, p_action, p_attempts,
            p_window_seconds, true, p_until, p_reason)
    ON CONFLICT (org_id, identifier_type, identifier, action) DO UPDATE SET
        attempt_count = EXCLUDED.attempt_count, window_start = now(), window_seconds = EXCLUDED.window_seconds,
        is_blocked = true, blocked_until = EXCLUDED.blocked_until, reason = EXCLUDED.reason
$$;
GRANT EXECUTE ON FUNCTION note_rate_limit (text, text, text, integer, integer, timestamptz, text) TO postern_app;
