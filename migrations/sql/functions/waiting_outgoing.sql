-- Letters whose doorbell must ring again, at most `p_most`, longest due first.
CREATE FUNCTION waiting_outgoing(p_most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id FROM outgoing o
    WHERE o.state IN ('queued', 'sending', 'deferred') AND o.next_try_at < now() - CASE o.state
        WHEN 'queued' THEN interval '10 seconds' ELSE interval '0' END
    ORDER BY o.next_try_at LIMIT p_most
$$;
GRANT EXECUTE ON FUNCTION waiting_outgoing (integer) TO postern_app;
