-- The organizations of this installation, for its operator's desk.
CREATE FUNCTION list_organizations() RETURNS TABLE (id uuid, slug text, name text, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id, o.slug, o.name, o.is_active FROM organizations o ORDER BY o.created_at, o.id
$$;
GRANT EXECUTE ON FUNCTION list_organizations () TO postern_app;
