-- What a ticket may not start as: a customer asks for themselves and leaves it to us who works on it, and only a partner
-- that agreed is given one; a type of request is one that is offered to them, and what comes by a form names the event it is
-- about if its type wants one; only the organization itself says that one is older than now. Raises; a partner that is not one is answered like an organization that does not exist.
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
    IF current_setting('app.role', true) <> 'system' AND EXISTS (
        SELECT FROM jsonb_array_elements(p_tickets) e WHERE e ->> 'created_at' IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'only the organization itself dates a ticket back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('app.role', true) = 'customer' AND EXISTS (
        WITH asked AS MATERIALIZED (SELECT (e ->> 'request_type_id')::uuid AS id FROM jsonb_array_elements(p_tickets) e)
        SELECT FROM asked a JOIN request_types r ON r.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND r.id = a.id
        WHERE NOT r.is_active OR r.allowed_roles <> '{}' AND NOT 'public' = ANY (r.allowed_roles) AND NOT EXISTS (
            SELECT FROM profiles p
            WHERE p.org_id = r.org_id AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid
              AND p.audiences && r.allowed_roles)
    ) THEN
        RAISE EXCEPTION 'that type of request is not offered' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (
        WITH asked AS MATERIALIZED (  -- a mail names no event, a form can
            SELECT (e ->> 'request_type_id')::uuid AS id FROM jsonb_array_elements(p_tickets) e
            WHERE e ->> 'source' IN ('web', 'api') AND e ->> 'event_id' IS NULL
        )
        SELECT FROM asked a JOIN request_types r ON r.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND r.id = a.id
        WHERE r.requires_event
    ) THEN
        RAISE EXCEPTION 'that type of request is about an event' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(p_tickets) e
        WHERE e ->> 'assigned_org_id' IS NOT NULL AND NOT is_partner((e ->> 'assigned_org_id')::uuid)
    ) THEN
        RAISE EXCEPTION 'that organization is no partner' USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
