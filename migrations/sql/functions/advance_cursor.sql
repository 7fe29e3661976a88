-- Write down the UIDs that were taken from a folder of a leased mailbox; in the transaction that stores their mails.
-- The cursor never goes back, unless UIDVALIDITY changed: then the server has numbered anew and so does the ledger.
CREATE FUNCTION advance_cursor(
    p_mailbox uuid, p_holder text, p_folder text, p_uidvalidity bigint, p_highest bigint, p_seen int8multirange
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    IF p_uidvalidity IS NULL THEN
        RAISE EXCEPTION 'a cursor counts under a UIDVALIDITY' USING ERRCODE = 'not_null_violation';
    END IF;
    INSERT INTO mailbox_cursors AS c (org_id, mailbox_id, folder, uidvalidity, highest_uid, ledger)
    VALUES (v_org, p_mailbox, p_folder, p_uidvalidity, p_highest, coalesce(p_seen, '{}'))
    ON CONFLICT (org_id, mailbox_id, folder) DO UPDATE SET
        uidvalidity = EXCLUDED.uidvalidity,
        highest_uid = CASE WHEN c.uidvalidity = EXCLUDED.uidvalidity
                      THEN greatest(c.highest_uid, EXCLUDED.highest_uid) ELSE EXCLUDED.highest_uid END,
        ledger = CASE WHEN c.uidvalidity = EXCLUDED.uidvalidity
                 THEN c.ledger + EXCLUDED.ledger ELSE EXCLUDED.ledger END,
        set_aside = CASE WHEN c.uidvalidity = EXCLUDED.uidvalidity THEN c.set_aside - EXCLUDED.ledger ELSE '{}' END,
        complete_since = CASE WHEN c.uidvalidity = EXCLUDED.uidvalidity THEN c.complete_since END;
END
$$;
GRANT EXECUTE ON FUNCTION advance_cursor (uuid, text, text, bigint, bigint, int8multirange) TO postern_fetcher;
