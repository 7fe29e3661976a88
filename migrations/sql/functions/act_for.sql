-- Take up the context of an organization as its own hand, or of none again (null): for functions of the registrar that begin
-- without one, since what they write is then held by the same policies as everybody's writing.
CREATE FUNCTION act_for(p_org uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF p_org IS NOT NULL AND nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'that is not for anybody inside an organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('app.org_id', coalesce(p_org::text, ''), true),
            set_config('app.role', CASE WHEN p_org IS NULL THEN '' ELSE 'system' END, true),
            set_config('app.profile_id', '', true), set_config('app.department_id', '', true),
            set_config('app.home_org_id', '', true);
END
$$;
GRANT EXECUTE ON FUNCTION act_for (uuid) TO postern_registrar;
