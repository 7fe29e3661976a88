-- Let somebody be a customer, agent or admin (S0, where it asked nobody who they are). An organization keeps an admin unless
-- it is the operator who says otherwise; who is not there, or is no person, is answered alike.
CREATE FUNCTION change_role(p_profile uuid, p_role text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_acting text := coalesce(current_setting('app.role', true), '');
BEGIN
    IF v_org IS NULL OR v_acting NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an admin may change what somebody is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF coalesce(p_role, '') NOT IN ('customer', 'agent', 'admin') THEN
        RAISE EXCEPTION 'a person is a customer, agent or admin' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('people ' || v_org, 0));
    UPDATE profiles p SET role = p_role
    WHERE p.org_id = v_org AND p.id = p_profile AND p.role IN ('customer', 'agent', 'admin') AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such person' USING ERRCODE = 'no_data_found';
    END IF;
    IF v_acting <> 'system' AND NOT EXISTS (
        SELECT FROM profiles p WHERE p.org_id = v_org AND p.role = 'admin' AND p.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'an organization keeps an admin' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION change_role (uuid, text) TO postern_app;
