-- A new login (S0's and S1's sign-up) for an address that the caller has seen proof of; a taken one is refused. The trigger
-- gives it a profile in the default organization.
CREATE FUNCTION create_account(p_email text, p_name text, p_secret_hash text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_account uuid;
BEGIN
    IF nullif(current_setting('app.org_id', true), '') IS NOT NULL THEN
        RAISE EXCEPTION 'that is not for anybody inside an organization' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO accounts (email, name, secret_hash) VALUES (lower(p_email), nullif(p_name, ''), p_secret_hash)
    RETURNING id INTO v_account;
    RETURN v_account;
END
$$;
GRANT EXECUTE ON FUNCTION create_account (text, text, text) TO postern_app;
