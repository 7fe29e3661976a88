-- Lock tickets, in one order for all, that the context may change; one it may not is answered like one that is not there.
-- The rule is that of the policy `handled` on tickets, which does not bind the owner inside the doors.
CREATE FUNCTION lock_tickets(p_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_role text := nullif(current_setting('app.role', true), '');
    v_profile uuid := nullif(current_setting('app.profile_id', true), '')::uuid;
    v_department uuid := nullif(current_setting('app.department_id', true), '')::uuid;
    v_home uuid := nullif(current_setting('app.home_org_id', true), '')::uuid;
    v_found integer;
BEGIN
    SELECT count(*) INTO v_found FROM (
        SELECT t.id FROM tickets t
        WHERE t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.id = ANY (p_ids) AND (
            v_role IN ('system', 'admin')
            OR v_role = 'agent' AND v_profile IS NOT NULL
               AND (v_department IS NULL OR t.department_id = v_department OR t.assigned_to = v_profile)
            OR v_role = 'guest' AND v_profile IS NOT NULL
               AND t.assigned_org_id = v_home AND t.routing_type IN ('organization', 'hybrid'))
        ORDER BY t.id FOR UPDATE
    ) locked;
    IF v_found <> cardinality(p_ids) THEN
        RAISE EXCEPTION 'a ticket is not there, or is named twice' USING ERRCODE = 'no_data_found';
    END IF;
END
$$;
