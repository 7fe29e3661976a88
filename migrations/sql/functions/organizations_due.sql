-- Organizations in which a hook of a stage or a timer is due; what is due there is theirs to see.
CREATE FUNCTION organizations_due() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.org_id FROM hook_runs r WHERE r.state = 'waiting' AND r.next_try_at <= now()
    UNION
    SELECT m.org_id FROM timers m WHERE m.due_at <= now() AND m.fired_at IS NULL AND m.cancelled_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION organizations_due () TO postern_app;
