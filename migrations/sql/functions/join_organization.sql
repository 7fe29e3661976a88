-- Make a login somebody of the organization in the context, with at least this role; answers the profile. Who wrote in before
-- under the login's address, which its maker has seen proof of, keeps their profile, and who was removed is back.
CREATE FUNCTION join_organization(p_account uuid, p_role text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_ranks constant text[] := '{customer,agent,admin}';
    v_login record;
    v_profile uuid;
BEGIN
    SELECT a.email, coalesce(a.name, split_part(a.email, '@', 1)) AS name INTO v_login
    FROM accounts a WHERE a.id = p_account AND a.is_active;
    IF NOT FOUND OR v_org IS NULL OR p_role <> ALL (v_ranks) THEN
        RAISE EXCEPTION 'there is no such login' USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('people ' || v_org, 0));
    SELECT p.id INTO v_profile FROM profiles p
    WHERE p.org_id = v_org AND p.role = ANY (v_ranks) AND p.erased_at IS NULL
      AND (p.account_id = p_account OR p.account_id IS NULL AND lower(p.email) = lower(v_login.email))
    ORDER BY p.account_id IS NULL LIMIT 1;
    IF v_profile IS NULL THEN
        INSERT INTO profiles (org_id, account_id, username, name, email, role)
        SELECT v_org, p_account, CASE WHEN NOT EXISTS (
                   SELECT FROM profiles p WHERE p.org_id = v_org AND p.username = lower(v_login.email))
               THEN lower(v_login.email) END, v_login.name, lower(v_login.email), p_role
        RETURNING id INTO v_profile;
        INSERT INTO profile_addresses (org_id, address, profile_id) VALUES (v_org, lower(v_login.email), v_profile)
        ON CONFLICT DO NOTHING;
    ELSE
        UPDATE profiles p SET account_id = p_account, deleted_at = NULL, role = CASE
            WHEN p.deleted_at IS NULL AND array_position(v_ranks, p.role) > array_position(v_ranks, p_role) THEN p.role
            ELSE p_role END
        WHERE p.org_id = v_org AND p.id = v_profile;
    END IF;
    RETURN v_profile;
END
$$;
GRANT EXECUTE ON FUNCTION join_organization (uuid, text) TO postern_registrar;
