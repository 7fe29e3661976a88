-- Go on leasing: a row for each mailbox that its holder still leases and that is still to be fetched, with a mark that
-- changes when it has to be logged in to anew.
CREATE FUNCTION renew_mailboxes(p_mailboxes uuid[], p_holders text[], p_lease interval)
RETURNS TABLE (mailbox_id uuid, mark text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (p_lease BETWEEN interval '1 second' AND interval '1 hour') IS NOT TRUE THEN
        RAISE EXCEPTION 'a lease lasts from a second to an hour' USING ERRCODE = 'check_violation';
    END IF;
    RETURN QUERY
    WITH held AS (
        SELECT c.org_id, c.mailbox_id FROM unnest(p_mailboxes, p_holders) AS a (mailbox, holder)
        JOIN mailbox_cursors c ON c.mailbox_id = a.mailbox AND c.leased_by = a.holder
        WHERE c.folder = 'INBOX' AND c.leased_until > clock_timestamp()
        ORDER BY c.mailbox_id FOR NO KEY UPDATE OF c
    ), renewed AS (
        UPDATE mailbox_cursors c SET leased_until = clock_timestamp() + p_lease FROM held
        WHERE c.org_id = held.org_id AND c.mailbox_id = held.mailbox_id AND c.folder = 'INBOX'
        RETURNING c.org_id, c.mailbox_id
    )
    SELECT m.id, md5(concat_ws(' ', m.kind, m.address, m.imap_settings, m.settings -> 'fetch', (
        SELECT string_agg(t.sealed::text, ' ' ORDER BY t.kind) FROM mailbox_tokens t
        WHERE t.org_id = m.org_id AND t.mailbox_id = m.id AND t.kind IN ('imap_password', 'oauth_client'))))
    FROM renewed r JOIN mailboxes m ON m.org_id = r.org_id AND m.id = r.mailbox_id
    JOIN organizations o ON o.id = m.org_id AND o.is_active
    WHERE m.kind <> 'smtp' AND m.is_active;
END
$$;
GRANT EXECUTE ON FUNCTION renew_mailboxes (uuid[], text[], interval) TO postern_fetcher;
