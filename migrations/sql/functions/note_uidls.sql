-- Write down the unique-ids of mails that were taken from the maildrop of a leased mailbox (POP3), with the sizes that the
-- server told; in the transaction that stores the mails.
CREATE FUNCTION note_uidls(p_mailbox uuid, p_holder text, p_uidls text[], p_sizes bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    INSERT INTO mailbox_uidls (org_id, mailbox_id, uidl, size, taken)
    SELECT DISTINCT ON (t.uidl) v_org, p_mailbox, t.uidl, t.size, true  -- copies of a mail may share an id
    FROM unnest(p_uidls, p_sizes) AS t (uidl, size)
    ON CONFLICT (org_id, mailbox_id, uidl) DO UPDATE
    SET size = EXCLUDED.size, taken = true, seen_at = EXCLUDED.seen_at;
END
$$;
GRANT EXECUTE ON FUNCTION note_uidls (uuid, text, text[], bigint[]) TO postern_fetcher;
