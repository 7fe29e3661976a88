-- How far a folder of a leased mailbox has been read; no row: never.
CREATE FUNCTION read_cursor(p_mailbox uuid, p_holder text, p_folder text)
RETURNS TABLE (uidvalidity bigint, highest_uid bigint, ledger int8multirange, set_aside int8multirange,
               complete_since timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    RETURN QUERY
    SELECT c.uidvalidity, c.highest_uid, c.ledger, c.set_aside, c.complete_since FROM mailbox_cursors c
    WHERE c.org_id = v_org AND c.mailbox_id = p_mailbox AND c.folder = p_folder AND c.uidvalidity IS NOT NULL;
END
$$;
GRANT EXECUTE ON FUNCTION read_cursor (uuid, text, text) TO postern_fetcher;
