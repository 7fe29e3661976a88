-- Let mails be gone but for the fact that they came: the digest stays, so that the same mail is not filed once more when it
-- is fetched or imported again. One that was not filed never will be.
CREATE FUNCTION empty_mails(p_mails uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    PERFORM 1 FROM raw_mail r WHERE r.org_id = v_org AND r.id = ANY (p_mails) ORDER BY r.id FOR UPDATE;
    IF EXISTS (SELECT FROM raw_mail r WHERE r.org_id = v_org AND r.id = ANY (p_mails) AND r.stage = 'received'
               AND r.leased_until > now()) THEN
        RAISE EXCEPTION 'a mail of theirs is being filed in this moment; ask again in a minute' USING ERRCODE = 'object_in_use';
    END IF;
    UPDATE raw_mail r SET content = '', mail_from = '', recipients = '{}', peer = NULL, helo = NULL, trace = '[]',
                          reason = 'erased', leased_until = NULL,
                          stage = CASE WHEN r.stage IN ('received', 'quarantined') THEN 'dropped' ELSE r.stage END
    WHERE r.org_id = v_org AND r.id = ANY (p_mails) AND r.content <> '';
END
$$;
GRANT EXECUTE ON FUNCTION empty_mails (uuid[]) TO postern_app;
