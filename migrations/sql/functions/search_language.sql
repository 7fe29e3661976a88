-- The language of the organization in the context, by its locale; customers may not read the settings it stands in.
CREATE FUNCTION search_language() RETURNS regconfig
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT text_language(s.locale) FROM organization_settings s
                     WHERE s.org_id = nullif(current_setting('app.org_id', true), '')::uuid), 'simple')
$$;
GRANT EXECUTE ON FUNCTION search_language () TO postern_app;
