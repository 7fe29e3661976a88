-- What a monitor may know: counts and ages over all organizations, nothing of anybody's mail.
CREATE FUNCTION postern_metrics() RETURNS TABLE (name text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT 'oldest_unprocessed_seconds',
           coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 FROM raw_mail WHERE stage = 'received'
    UNION ALL SELECT 'unprocessed', count(*)::float8 FROM raw_mail WHERE stage = 'received'
    UNION ALL SELECT 'quarantine', count(*)::float8 FROM raw_mail WHERE stage = 'quarantined'
    UNION ALL SELECT 'outbox_depth', count(*)::float8 FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')
    UNION ALL SELECT 'outbox_oldest_seconds', coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
              FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')
$$;
GRANT EXECUTE ON FUNCTION postern_metrics () TO postern_app, postern_gateway, postern_fetcher;
