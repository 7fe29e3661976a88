-- Become the first admin of an organization by a code (S1), which is good once and until it expires. A code that is not, and
-- an organization that has an admin or is not there, are answered alike.
CREATE FUNCTION use_admin_code(p_digest bytea, p_account uuid, p_org uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_profile uuid;
BEGIN
    PERFORM act_for(p_org);
    PERFORM pg_advisory_xact_lock(hashtextextended('people ' || p_org, 0));
    UPDATE admin_invite_codes c SET used_at = now(), used_by = p_account
    WHERE c.digest = p_digest AND c.used_at IS NULL AND c.expires_at > now()
      AND EXISTS (SELECT FROM organizations o WHERE o.id = p_org AND o.is_active)
      AND NOT EXISTS (SELECT FROM profiles p WHERE p.org_id = p_org AND p.role = 'admin' AND p.deleted_at IS NULL);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'that code is not good' USING ERRCODE = 'no_data_found';
    END IF;
    v_profile := join_organization(p_account, 'admin');
    PERFORM act_for(NULL);
    RETURN v_profile;
END
$$;
GRANT EXECUTE ON FUNCTION use_admin_code (bytea, uuid, uuid) TO postern_app;
