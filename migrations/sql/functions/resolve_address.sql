-- Whose an address is, over all organizations: the one question the door may ask.
CREATE FUNCTION resolve_address(p_address text) RETURNS TABLE (org_id uuid, mailbox_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.org_id, a.mailbox_id
    FROM receiving_addresses a
    JOIN mailboxes m ON m.org_id = a.org_id AND m.id = a.mailbox_id AND m.is_active
    JOIN organizations o ON o.id = a.org_id AND o.is_active
    WHERE a.address = p_address
$$;
GRANT EXECUTE ON FUNCTION resolve_address (text) TO postern_gateway;
