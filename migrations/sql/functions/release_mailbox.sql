-- Give a leased mailbox back; the time stays, so that others come first.
CREATE FUNCTION release_mailbox(p_mailbox uuid, p_holder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    UPDATE mailbox_cursors c SET leased_by = NULL, leased_until = clock_timestamp()
    WHERE c.org_id = v_org AND c.mailbox_id = p_mailbox AND c.folder = 'INBOX';
END
$$;
GRANT EXECUTE ON FUNCTION release_mailbox (uuid, text) TO postern_fetcher;
