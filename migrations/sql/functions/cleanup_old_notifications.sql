-- Remove notices whose time is over (S1: thirty days), over all organizations, the oldest first and at most `p_most`, so that
-- no transaction lasts; answers how many.
CREATE FUNCTION cleanup_old_notifications(p_most integer DEFAULT 10000) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH over AS MATERIALIZED (
        SELECT n.org_id, n.id FROM notifications n WHERE n.expires_at < now()
        ORDER BY n.expires_at LIMIT p_most FOR UPDATE SKIP LOCKED
    ), removed AS (
        DELETE FROM notifications n USING over o WHERE n.org_id = o.org_id AND n.id = o.id RETURNING 1
    ) SELECT count(*) FROM removed
$$;
GRANT EXECUTE ON FUNCTION cleanup_old_notifications (integer) TO postern_app;
