-- Until when somebody is blocked (S3): infinity for until lifted, null for not at all.
CREATE FUNCTION limited_until(p_type text, p_identifier text, p_action text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(l.blocked_until, 'infinity') FROM rate_limits l
    WHERE l.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND l.identifier_type = p_type
      AND l.identifier = p_identifier AND l.action = p_action
      AND l.is_blocked AND (l.blocked_until IS NULL OR l.blocked_until > now())
$$;
GRANT EXECUTE ON FUNCTION limited_until (text, text, text) TO postern_app;
