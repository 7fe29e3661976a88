-- Write down a question to an address (S3): the token's SHA-256, good for an hour; an earlier one for the address ends.
CREATE FUNCTION ask_verification(p_email text, p_digest bytea, p_ip inet, p_mail uuid) RETURNS uuid
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE email_verification_tokens t SET expires_at = now()
    WHERE t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.email = lower(p_email)
      AND t.used_at IS NULL AND t.expires_at > now();
    INSERT INTO email_verification_tokens (org_id, email, token_digest, ip, raw_mail_id)
    VALUES (nullif(current_setting('app.org_id', true), '')::uuid, lower(p_email), p_digest, p_ip, p_mail)
    RETURNING id
$$;
GRANT EXECUTE ON FUNCTION ask_verification (text, bytea, inet, uuid) TO postern_app;
