-- A folder of a leased mailbox was gone through: what could not be taken from it, and since when all the rest was.
-- Only for the UIDVALIDITY that the cursor counts under; what was taken is written down by advance_cursor.
CREATE FUNCTION note_survey(
    p_mailbox uuid, p_holder text, p_folder text, p_uidvalidity bigint, p_set_aside int8multirange, p_since timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    UPDATE mailbox_cursors c SET set_aside = p_set_aside - c.ledger, complete_since = p_since
    WHERE c.org_id = v_org AND c.mailbox_id = p_mailbox AND c.folder = p_folder AND c.uidvalidity = p_uidvalidity;
END
$$;
GRANT EXECUTE ON FUNCTION note_survey (uuid, text, text, bigint, int8multirange, timestamptz) TO postern_fetcher;
