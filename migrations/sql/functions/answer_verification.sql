-- An answer to that question: with the right token, in time and before the fifth wrong one, the address is verified, and the
-- mail that waited for it is answered with the token's identifier; else no row, and the attempt is counted.
CREATE FUNCTION answer_verification(p_email text, p_digest bytea) RETURNS TABLE (token_id uuid, raw_mail_id uuid)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    WITH tried AS (
        UPDATE email_verification_tokens t
        SET used_at = CASE WHEN t.token_digest = p_digest THEN now() END,
            attempts = t.attempts + CASE WHEN t.token_digest = p_digest THEN 0 ELSE 1 END
        WHERE t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.email = lower(p_email)
          AND t.used_at IS NULL AND t.expires_at > now() AND t.attempts < 5
        RETURNING t.org_id, t.id, t.raw_mail_id, t.used_at
    ), verified AS (
        UPDATE profile_addresses a SET verified_at = coalesce(a.verified_at, now())
        FROM tried t WHERE t.used_at IS NOT NULL AND a.org_id = t.org_id AND a.address = lower(p_email)
    )
    SELECT t.id, t.raw_mail_id FROM tried t WHERE t.used_at IS NOT NULL
$$;
GRANT EXECUTE ON FUNCTION answer_verification (text, bytea) TO postern_app;
