-- Store a renewed token of a mailbox, sealed, by the holder of its lease. A lease that ran out while the token server
-- answered still counts as long as nobody else took the mailbox: by then the old refresh token may be worthless.
CREATE FUNCTION store_access_token(
    p_mailbox uuid, p_holder text, p_kind text, p_sealed bytea, p_key_id text, p_expires_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid;
BEGIN
    SELECT c.org_id INTO STRICT v_org FROM mailbox_cursors c
    WHERE c.mailbox_id = p_mailbox AND c.folder = 'INBOX' AND c.leased_by = p_holder
    FOR NO KEY UPDATE;
    INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id, expires_at)
    VALUES (v_org, p_mailbox, p_kind, p_sealed, p_key_id, p_expires_at)
    ON CONFLICT (org_id, mailbox_id, kind) DO UPDATE
    SET sealed = EXCLUDED.sealed, key_id = EXCLUDED.key_id, expires_at = EXCLUDED.expires_at;
EXCEPTION WHEN no_data_found OR too_many_rows THEN  -- as leased_mailbox
    RAISE EXCEPTION 'no lease on that mailbox' USING ERRCODE = 'insufficient_privilege';
END
$$;
GRANT EXECUTE ON FUNCTION store_access_token (uuid, text, text, bytea, text, timestamptz) TO postern_fetcher;
