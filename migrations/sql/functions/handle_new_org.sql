-- Who makes an organization is its first admin (S1).
CREATE FUNCTION handle_new_org() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM join_organization(NEW.created_by, 'admin');
    RETURN NULL;
END
$$;
