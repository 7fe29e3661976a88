-- Become what one is invited to be (S1), by the token whose SHA-256 this is: once, until it expires, and only with the login
-- of the address that was invited. Whatever is missing, the answer is the same. Answers the profile.
CREATE FUNCTION accept_invite(p_org uuid, p_digest bytea, p_account uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_invite record;
    v_profile uuid;
BEGIN
    PERFORM act_for(p_org);
    SELECT i.id, i.role INTO v_invite
    FROM org_invites i
    JOIN organizations o ON o.id = i.org_id AND o.is_active
    JOIN accounts a ON a.id = p_account AND a.is_active AND lower(a.email) = lower(i.email)
    WHERE i.org_id = p_org AND i.digest = p_digest AND i.used_at IS NULL AND i.expires_at > now()
    FOR UPDATE OF i;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'that invitation is not good' USING ERRCODE = 'no_data_found';
    END IF;
    v_profile := join_organization(p_account, v_invite.role);
    UPDATE org_invites i SET used_at = now(), used_by = v_profile WHERE i.org_id = p_org AND i.id = v_invite.id;
    PERFORM act_for(NULL);
    RETURN v_profile;
END
$$;
GRANT EXECUTE ON FUNCTION accept_invite (uuid, bytea, uuid) TO postern_app;
