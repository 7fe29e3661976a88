-- That somebody's data were handed out, in the audit log.
CREATE FUNCTION note_export(p_profile uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') OR NOT EXISTS (
        SELECT FROM profiles p WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND p.id = p_profile) THEN
        RAISE EXCEPTION 'there is no such person' USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM note_act('export', 'profiles', p_profile::text);
END
$$;
GRANT EXECUTE ON FUNCTION note_export (uuid) TO postern_app;
