-- Whom the doors turn away now.
CREATE FUNCTION door_blocks()
RETURNS TABLE (identifier_type text, identifier text, action text, blocked_until timestamptz, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.identifier_type, l.identifier, l.action, l.blocked_until, l.reason FROM door_limits l
    WHERE l.is_blocked AND (l.blocked_until IS NULL OR l.blocked_until > now())
$$;
GRANT EXECUTE ON FUNCTION door_blocks () TO postern_app, postern_gateway, postern_fetcher;
