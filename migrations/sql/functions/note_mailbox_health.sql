-- How a leased mailbox fares: no error, and it was seen now; or what went wrong, in one line, since a server far away words it,
-- and whether that passes by itself.
CREATE FUNCTION note_mailbox_health(p_mailbox uuid, p_holder text, p_error text, p_permanent boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    UPDATE mailboxes m SET
        last_seen_at = CASE WHEN p_error IS NULL THEN clock_timestamp() ELSE m.last_seen_at END,
        last_error = left(regexp_replace(p_error, '[\u0001-\u001f\u007f-\u009f]+', ' ', 'g'), 1000),
        last_error_at = CASE WHEN p_error IS NULL THEN m.last_error_at ELSE clock_timestamp() END,
        error_count = CASE WHEN p_error IS NULL THEN 0 ELSE m.error_count + 1 END,
        error_is_permanent = p_error IS NOT NULL AND coalesce(p_permanent, false),
        failing_since = CASE WHEN p_error IS NOT NULL THEN coalesce(m.failing_since, clock_timestamp()) END
    WHERE m.org_id = v_org AND m.id = p_mailbox;
END
$$;
GRANT EXECUTE ON FUNCTION note_mailbox_health (uuid, text, text, boolean) TO postern_fetcher;
