-- Let somebody be gone from the organization in the context, by their address (S0). What they wrote stays with their name,
-- so the profile is marked and not removed; their login goes if they are nobody anywhere else.
CREATE FUNCTION delete_user(p_email text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_acting text := coalesce(current_setting('app.role', true), '');
    v_gone record;
BEGIN
    IF v_org IS NULL OR v_acting NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an admin may remove somebody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('people ' || v_org, 0));
    SELECT p.id, p.account_id, coalesce(p.username, p.email) AS username INTO v_gone FROM profiles p
    WHERE p.org_id = v_org AND lower(p.email) = lower(p_email) AND p.role IN ('customer', 'agent', 'admin')
      AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such person' USING ERRCODE = 'no_data_found';
    END IF;
    UPDATE profiles p SET deleted_at = now(), account_id = NULL WHERE p.org_id = v_org AND p.id = v_gone.id;
    IF v_acting <> 'system' AND NOT EXISTS (
        SELECT FROM profiles p WHERE p.org_id = v_org AND p.role = 'admin' AND p.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'an organization keeps an admin' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM accounts a
    WHERE a.id = v_gone.account_id AND NOT EXISTS (SELECT FROM profiles p WHERE p.account_id = a.id);
    RETURN format('User %s deleted', v_gone.username);
END
$$;
GRANT EXECUTE ON FUNCTION delete_user (text) TO postern_app;
