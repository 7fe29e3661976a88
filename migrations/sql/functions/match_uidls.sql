-- What is known of the mails that lie in the maildrop of a leased mailbox (POP3). What is no longer there is forgotten, since
-- its id may come to mean another mail; but an empty maildrop says nothing of the old mails that are left alone.
CREATE FUNCTION match_uidls(p_mailbox uuid, p_holder text, p_there text[])
RETURNS TABLE (uidl text, size bigint, taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    DELETE FROM mailbox_uidls u
    WHERE u.org_id = v_org AND u.mailbox_id = p_mailbox AND (u.taken OR p_there <> '{}')
      AND NOT EXISTS (SELECT FROM unnest(p_there) AS t (uidl) WHERE t.uidl = u.uidl);
    RETURN QUERY
    SELECT u.uidl, u.size, u.taken FROM mailbox_uidls u WHERE u.org_id = v_org AND u.mailbox_id = p_mailbox;
END
$$;
GRANT EXECUTE ON FUNCTION match_uidls (uuid, text, text[]) TO postern_fetcher;
