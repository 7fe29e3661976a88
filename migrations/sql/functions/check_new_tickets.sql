-- What a ticket may not start as: a customer asks for themselves and leaves it to us who works on it, and only a partner
-- that agreed is given one. Raises; a partner that is not one is answered like an organization that does not exist.
CREATE FUNCTION check_new_tickets(p_tickets jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_setting('app.role', true) = 'customer' AND EXISTS (
        SELECT FROM jsonb_array_elements(p_tickets) e
        WHERE e ->> 'requester_id' IS DISTINCT FROM nullif(current_setting('app.profile_id', true), '')
           OR jsonb_strip_nulls(e) ?| ARRAY['assigned_to', 'assigned_org_id', 'stage_id', 'workflow_id', 'sender_verified']
    ) THEN
        RAISE EXCEPTION 'a customer opens tickets of their own, and staff decide who works on them'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(p_tickets) e
        WHERE e ->> 'assigned_org_id' IS NOT NULL AND NOT is_partner((e ->> 'assigned_org_id')::uuid)
    ) THEN
        RAISE EXCEPTION 'that organization is no partner' USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
