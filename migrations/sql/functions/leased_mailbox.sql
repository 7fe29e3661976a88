-- The organization of a mailbox that this holder leases now; everybody else is refused, with one sentence for every reason.
-- The lease's row stays locked until the transaction ends: if the lease runs out meanwhile, nobody takes the mailbox before.
CREATE FUNCTION leased_mailbox(p_mailbox uuid, p_holder text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid;
BEGIN
    SELECT c.org_id INTO STRICT v_org FROM mailbox_cursors c
    WHERE c.mailbox_id = p_mailbox AND c.folder = 'INBOX' AND c.leased_by = p_holder
      AND c.leased_until > clock_timestamp()
    FOR NO KEY UPDATE;
    RETURN v_org;
EXCEPTION WHEN no_data_found OR too_many_rows THEN  -- two organizations may have made the same identifier
    RAISE EXCEPTION 'no lease on that mailbox' USING ERRCODE = 'insufficient_privilege';
END
$$;
GRANT EXECUTE ON FUNCTION leased_mailbox (uuid, text) TO postern_registrar;
