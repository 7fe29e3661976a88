-- A code, known here by its SHA-256, that makes whoever has it the first admin of an organization (S1); the operator's.
CREATE FUNCTION create_admin_code(p_digest bytea, p_expires_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'that is not for anybody inside an organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO admin_invite_codes (digest, expires_at) VALUES (p_digest, p_expires_at);
END
$$;
GRANT EXECUTE ON FUNCTION create_admin_code (bytea, timestamptz) TO postern_app;
