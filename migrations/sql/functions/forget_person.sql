-- What lies beyond the organization: the login of somebody who is nobody anywhere else, their guest in a partner's house, and
-- what the doors counted of their addresses.
CREATE FUNCTION forget_person(p_profile uuid, p_addresses text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_account uuid := (SELECT p.account_id FROM profiles p WHERE p.org_id = v_org AND p.id = p_profile);
BEGIN
    UPDATE profiles p SET name = '[erased]', username = NULL, avatar_url = NULL, deleted_at = coalesce(p.deleted_at, now())
    WHERE p.id = p_profile AND p.home_org_id = v_org;
    UPDATE profiles p SET account_id = NULL WHERE p.org_id = v_org AND p.id = p_profile;
    DELETE FROM accounts a
    WHERE a.id = v_account AND NOT EXISTS (SELECT FROM profiles p WHERE p.account_id = a.id);
    DELETE FROM door_limits d WHERE d.identifier_type = 'email' AND d.identifier = ANY (p_addresses);
END
$$;
