-- The digest of what a row of the audit log says; it stays when that has to go.
CREATE FUNCTION audit_digest(p_changes jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(convert_to(p_changes::text, 'UTF8'))
$$;
GRANT EXECUTE ON FUNCTION audit_digest (jsonb) TO postern_registrar;
