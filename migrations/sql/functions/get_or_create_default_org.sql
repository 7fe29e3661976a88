-- The organization that newcomers belong to (S0), made when there is none; who asks at the same time waits for it.
CREATE FUNCTION get_or_create_default_org() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid;
BEGIN
    IF nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'that is not for anybody inside an organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT o.id INTO v_org FROM organizations o WHERE o.is_default;
    IF v_org IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('default organization', 0));
        SELECT o.id INTO v_org FROM organizations o WHERE o.is_default;
    END IF;
    IF v_org IS NULL THEN
        v_org := uuidv7();
        PERFORM act_for(v_org);
        INSERT INTO organizations (id, name, slug, ticket_prefix, is_default)
        SELECT v_org, 'Default Organization', 'default' || CASE WHEN EXISTS (
            SELECT FROM organizations o WHERE o.slug = 'default') THEN '-' || right(v_org::text, 12) ELSE '' END, 'TKT', true;
        PERFORM act_for(NULL);
    END IF;
    RETURN v_org;
END
$$;
GRANT EXECUTE ON FUNCTION get_or_create_default_org () TO postern_app;
