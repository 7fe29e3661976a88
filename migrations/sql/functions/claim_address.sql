-- Let a mailbox of the organization in the context receive for an address; false says that it cannot be used.
CREATE FUNCTION claim_address(p_mailbox uuid, p_address text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH claimed AS (
        INSERT INTO receiving_addresses (address, org_id, mailbox_id)
        SELECT lower(p_address), nullif(current_setting('app.org_id', true), '')::uuid, p_mailbox
        WHERE current_setting('app.role', true) IN ('system', 'admin')
        ON CONFLICT DO NOTHING RETURNING 1
    ) SELECT EXISTS (SELECT FROM claimed)
$$;
GRANT EXECUTE ON FUNCTION claim_address (uuid, text) TO postern_app;
