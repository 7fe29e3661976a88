-- Nothing of what is under a legal hold goes: these tickets, what this person wrote, or all of the organization.
CREATE FUNCTION refuse_held(p_tickets uuid[], p_profile uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_held record;
BEGIN
    SELECT h.reason, h.placed_at INTO v_held FROM legal_holds h
    WHERE h.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND h.lifted_at IS NULL AND (
        num_nonnulls(h.profile_id, h.ticket_id) = 0 OR h.ticket_id = ANY (p_tickets) OR h.profile_id = p_profile
        OR h.profile_id IN (SELECT t.created_by FROM tickets t WHERE t.org_id = h.org_id AND t.id = ANY (p_tickets)))
    ORDER BY h.placed_at LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is a legal hold since %: %', to_char(v_held.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), v_held.reason
            USING ERRCODE = 'object_in_use';
    END IF;
END
$$;
