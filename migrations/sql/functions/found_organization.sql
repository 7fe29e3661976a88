-- An organization made by somebody for themselves (S1), where the installation lets people do so; they are its admin. That
-- a short name is taken is told like that it is malformed.
CREATE FUNCTION found_organization(p_account uuid, p_name text, p_slug text, p_prefix text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := uuidv7();
BEGIN
    PERFORM act_for(v_org);
    INSERT INTO organizations (id, name, slug, ticket_prefix, created_by)
    SELECT v_org, p_name, p_slug, p_prefix, p_account
    WHERE p_name <> '' AND p_slug ~ '^[a-z0-9][a-z0-9-]{0,62}$' AND p_prefix ~ '^[A-Z][A-Z0-9]{0,9}$'
      AND EXISTS (SELECT FROM accounts a WHERE a.id = p_account AND a.is_active)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an organization cannot be made of that' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM act_for(NULL);
    RETURN v_org;
END
$$;
GRANT EXECUTE ON FUNCTION found_organization (uuid, text, text, text) TO postern_app;
