-- Lease one active mailbox that is fetched and that nobody holds, over all organizations, the longest neglected first; no row: none is free.
-- The lease stands in the cursor of INBOX. A holder that names itself anew for each lease can never mean another's.
CREATE FUNCTION lease_mailbox(p_holder text, p_lease interval) RETURNS TABLE (org_id uuid, mailbox_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (p_holder <> '' AND p_lease BETWEEN interval '1 second' AND interval '1 hour') IS NOT TRUE THEN
        RAISE EXCEPTION 'a lease has a holder and lasts from a second to an hour' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO mailbox_cursors (org_id, mailbox_id, folder)
    SELECT m.org_id, m.id, 'INBOX' FROM mailboxes m
    WHERE m.kind <> 'smtp' AND m.is_active AND NOT EXISTS (
        SELECT FROM mailbox_cursors c WHERE c.org_id = m.org_id AND c.mailbox_id = m.id AND c.folder = 'INBOX')
    ORDER BY m.org_id, m.id
    ON CONFLICT DO NOTHING;

    RETURN QUERY
    WITH free AS (
        SELECT c.org_id, c.mailbox_id FROM mailbox_cursors c
        JOIN mailboxes m ON m.org_id = c.org_id AND m.id = c.mailbox_id AND m.kind <> 'smtp' AND m.is_active
        JOIN organizations o ON o.id = c.org_id AND o.is_active
        WHERE c.folder = 'INBOX'
          AND (c.leased_by IS NULL OR c.leased_until <= clock_timestamp())
        ORDER BY c.leased_until NULLS FIRST, c.mailbox_id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE mailbox_cursors c SET leased_by = p_holder, leased_until = clock_timestamp() + p_lease
    FROM free WHERE c.org_id = free.org_id AND c.mailbox_id = free.mailbox_id AND c.folder = 'INBOX'
    RETURNING c.org_id, c.mailbox_id;
END
$$;
GRANT EXECUTE ON FUNCTION lease_mailbox (text, interval) TO postern_fetcher;
