-- The letter that the admins of a mailbox have to get now, NULL for none: that it is broken, unless they were told; then, once
-- it has not failed for ten minutes, that it is well again. What fails every few minutes is one trouble, and not many.
CREATE FUNCTION mailbox_news(m mailboxes) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN m.trouble_told_at IS NULL AND mailbox_is_broken(m) THEN 'mailbox_broken'
        WHEN m.trouble_told_at IS NOT NULL AND m.kind <> 'smtp' AND m.is_active AND m.failing_since IS NULL
             AND m.last_error_at < now() - interval '10 minutes' THEN 'mailbox_well'
    END
$$;
GRANT EXECUTE ON FUNCTION mailbox_news (mailboxes) TO postern_app, postern_registrar;
