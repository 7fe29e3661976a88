-- How, and by which protocol, to log in to a leased mailbox: one row for each sealed secret, at least one; none if it was paused meanwhile.
CREATE FUNCTION mailbox_login(p_mailbox uuid, p_holder text)
RETURNS TABLE (org_id uuid, address text, imap_settings jsonb, kind text, sealed bytea, key_id text, expires_at timestamptz,
               fetching jsonb, created_at timestamptz, protocol text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := leased_mailbox(p_mailbox, p_holder);
BEGIN
    RETURN QUERY
    SELECT m.org_id, m.address, m.imap_settings, t.kind::text, t.sealed, t.key_id, t.expires_at,
           coalesce(m.settings -> 'fetch', '{}'), m.created_at, m.kind::text
    FROM mailboxes m
    JOIN organizations o ON o.id = m.org_id AND o.is_active
    LEFT JOIN mailbox_tokens t ON t.org_id = m.org_id AND t.mailbox_id = m.id AND t.kind <> 'smtp_password'
    WHERE m.org_id = v_org AND m.id = p_mailbox AND m.kind <> 'smtp' AND m.is_active;
END
$$;
GRANT EXECUTE ON FUNCTION mailbox_login (uuid, text) TO postern_fetcher;
