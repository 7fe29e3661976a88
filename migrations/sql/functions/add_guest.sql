-- The profile by which an agent or admin of a partner acts in the organization of the context; made when it is not there.
-- It has the identifier that the person has at home, keeps up with their name and e-mail, and is refused to whoever was
-- removed here. Asked each time a guest comes, since partnerships end. Whatever is missing, the answer is the same.
CREATE FUNCTION add_guest(p_org uuid, p_profile uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_person profiles%ROWTYPE;
    v_guest uuid;
BEGIN
    IF v_org IS NULL OR coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an organization and its admins let guests in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.* INTO v_person FROM profiles p
    WHERE p.org_id = p_org AND p.id = p_profile AND p.role IN ('agent', 'admin')
      AND p.deleted_at IS NULL AND p.erased_at IS NULL AND is_partner(p_org);
    IF FOUND THEN
        INSERT INTO profiles (org_id, id, account_id, home_org_id, role, name, email, avatar_url, locale, timezone,
                              added_by)
        SELECT v_org, v_person.id, v_person.account_id, p_org, 'guest', v_person.name, v_person.email,
               v_person.avatar_url, v_person.locale, v_person.timezone, a.id
        FROM profiles a
        WHERE a.org_id = v_org
          AND (a.id = nullif(current_setting('app.profile_id', true), '')::uuid OR a.role = 'system')
        ORDER BY a.role = 'system' LIMIT 1
        ON CONFLICT DO NOTHING;
        UPDATE profiles g SET account_id = v_person.account_id, name = v_person.name, email = v_person.email
        WHERE g.org_id = v_org AND g.id = v_person.id AND g.home_org_id = p_org
          AND g.deleted_at IS NULL AND g.erased_at IS NULL
          AND (g.account_id, g.name, g.email) IS DISTINCT FROM (v_person.account_id, v_person.name, v_person.email);
        SELECT g.id INTO v_guest FROM profiles g
        WHERE g.org_id = v_org AND g.id = v_person.id AND g.home_org_id = p_org
          AND g.deleted_at IS NULL AND g.erased_at IS NULL;
    END IF;
    IF v_guest IS NULL THEN
        RAISE EXCEPTION 'that is nobody of a partner who may come as a guest' USING ERRCODE = 'no_data_found';
    END IF;
    RETURN v_guest;
END
$$;
GRANT EXECUTE ON FUNCTION add_guest (uuid, uuid) TO postern_app;
