-- How fetching from a leased mailbox goes, in numbers; who has no new lag keeps the last one, and alarms add up.
CREATE FUNCTION note_fetching(
    p_mailbox uuid, p_holder text, p_lag double precision, p_oldest timestamptz, p_gaps integer, p_set_aside integer
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    UPDATE mailboxes m SET
        lag_seconds = coalesce(p_lag, m.lag_seconds),
        oldest_waiting_at = p_oldest,
        gap_alarms = m.gap_alarms + p_gaps,
        set_aside = p_set_aside
    WHERE m.org_id = v_org AND m.id = p_mailbox;
END
$$;
GRANT EXECUTE ON FUNCTION note_fetching (uuid, text, double precision, timestamptz, integer, integer) TO postern_fetcher;
