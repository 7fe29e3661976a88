-- Remove limits that are over for longer than a day, over all organizations and at the doors, the oldest first and at most
-- `p_most` of each, so that no transaction lasts; answers how many. What was counted under a limit counts for two of its
-- periods: until then its row says since when all is counted anew.
CREATE FUNCTION remove_past_limits(p_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH over AS MATERIALIZED (
        SELECT l.org_id, l.id FROM rate_limits l
        WHERE (NOT l.is_blocked OR l.blocked_until < now())
          AND greatest(l.updated_at, l.blocked_until) < now() - interval '1 day' - make_interval(secs => 2.0 * l.window_seconds)
        ORDER BY l.window_start LIMIT p_most FOR UPDATE SKIP LOCKED
    ), over_at_the_doors AS MATERIALIZED (
        SELECT l.id FROM door_limits l
        WHERE (NOT l.is_blocked OR l.blocked_until < now())
          AND greatest(l.updated_at, l.blocked_until) < now() - interval '1 day' - make_interval(secs => 2.0 * l.window_seconds)
        ORDER BY l.window_start LIMIT p_most FOR UPDATE SKIP LOCKED
    ), removed AS (
        DELETE FROM rate_limits l USING over o WHERE l.org_id = o.org_id AND l.id = o.id RETURNING 1
    ), removed_at_the_doors AS (
        DELETE FROM door_limits l USING over_at_the_doors o WHERE l.id = o.id RETURNING 1
    ) SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM removed_at_the_doors)
$$;
GRANT EXECUTE ON FUNCTION remove_past_limits (integer) TO postern_app;
