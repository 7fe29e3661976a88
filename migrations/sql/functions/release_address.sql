-- Let a mailbox of the organization in the context receive no more; whoever asks next may have its addresses.
CREATE FUNCTION release_address(p_mailbox uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM receiving_addresses
    WHERE org_id = nullif(current_setting('app.org_id', true), '')::uuid AND mailbox_id = p_mailbox
      AND current_setting('app.role', true) IN ('system', 'admin')
$$;
GRANT EXECUTE ON FUNCTION release_address (uuid) TO postern_app;
