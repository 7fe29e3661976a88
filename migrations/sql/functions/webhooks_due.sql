-- Webhooks of which a call is due, at most `p_most`; one whose lease ran out is due, too.
CREATE FUNCTION webhooks_due(p_most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.webhook_id FROM webhook_calls c
    WHERE c.state IN ('queued', 'sending', 'deferred') AND c.next_try_at <= now()
    GROUP BY 1 ORDER BY min(c.next_try_at) LIMIT p_most
$$;
GRANT EXECUTE ON FUNCTION webhooks_due (integer) TO postern_app;
