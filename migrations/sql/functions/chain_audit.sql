-- A new row of the audit log becomes the last of its chain.
CREATE FUNCTION chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM chain_act(NEW.org_id, NEW.id);
    RETURN NULL;
END
$$;
