-- Bring the materialized views up to date, beside writers and readers (S0, S1); false: somebody else is at it. The first time
-- there is nothing yet that readers could go on reading, so then they wait.
CREATE FUNCTION refresh_ticket_stats() RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    it record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('ticket stats', 0)) THEN
        RETURN false;
    END IF;
    FOR it IN SELECT relname, relispopulated FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relname IN ('agent_tickets', 'workflow_stage_stats')
              ORDER BY relname LOOP
        EXECUTE format('REFRESH MATERIALIZED VIEW %s %I', CASE WHEN it.relispopulated THEN 'CONCURRENTLY' ELSE '' END,
                       it.relname);
    END LOOP;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION refresh_ticket_stats () TO postern_app, postern_registrar;
