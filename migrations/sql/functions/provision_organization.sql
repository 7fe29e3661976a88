-- What every organization starts with.
CREATE FUNCTION provision_organization() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM install_defaults(NEW.id);
    RETURN NULL;
END
$$;
