-- Whether a fetched mailbox needs people: it has failed for ten minutes on end, or in a way that does not pass by itself, and
-- that more than once, since servers refuse a login now and then.
CREATE FUNCTION mailbox_is_broken(m mailboxes) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (m.kind <> 'smtp' AND m.is_active AND m.failing_since IS NOT NULL AND (
        m.error_is_permanent AND m.error_count > 1 OR m.last_error_at >= m.failing_since + interval '10 minutes')) IS TRUE
$$;
GRANT EXECUTE ON FUNCTION mailbox_is_broken (mailboxes) TO postern_app, postern_registrar;
