-- A mailbox that no process has leased for a while fails, too, though nobody is there to say so: the clock does, time and again.
-- One that was just resumed or changed is given a moment to be found.
CREATE FUNCTION note_neglected_mailboxes() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH neglected AS MATERIALIZED (
        SELECT m.org_id, m.id FROM mailboxes m
        JOIN organizations o ON o.id = m.org_id AND o.is_active
        WHERE m.kind <> 'smtp' AND m.is_active AND m.updated_at < now() - interval '30 seconds' AND NOT EXISTS (
            SELECT FROM mailbox_cursors c
            WHERE c.org_id = m.org_id AND c.mailbox_id = m.id AND c.folder = 'INBOX'
              AND c.leased_until > now() - interval '30 seconds')
        ORDER BY m.org_id, m.id FOR UPDATE OF m SKIP LOCKED
    ), noted AS (
        UPDATE mailboxes m SET
            last_error = 'no process of ours fetches from it; see that the process "fetcher" runs, which `postern up` starts,'
                         ' and that POSTERN_IMAP_MAILBOXES is not below the number of mailboxes',
            last_error_at = now(), error_count = m.error_count + 1, error_is_permanent = false,
            failing_since = coalesce(m.failing_since, now())
        FROM neglected n WHERE m.org_id = n.org_id AND m.id = n.id RETURNING 1
    ) SELECT count(*) FROM noted
$$;
GRANT EXECUTE ON FUNCTION note_neglected_mailboxes () TO postern_app;
