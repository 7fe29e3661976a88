-- Count the mails of a batch that were there already: those whose identifier was not stored.
CREATE FUNCTION note_repeats(p_ids uuid[], p_mailboxes uuid[], p_digests bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE raw_mail m SET repeats = m.repeats + seen.times, last_repeat_at = now()
    FROM (
        SELECT b.org_id, a.mailbox, a.digest, count(*) AS times
        FROM unnest(p_ids, p_mailboxes, p_digests) AS a (id, mailbox, digest)
        JOIN mailboxes b ON b.id = a.mailbox
        WHERE NOT EXISTS (SELECT FROM raw_mail r WHERE r.org_id = b.org_id AND r.id = a.id)
        GROUP BY 1, 2, 3
    ) seen
    WHERE m.org_id = seen.org_id AND m.mailbox_id = seen.mailbox AND m.digest = seen.digest
$$;
GRANT EXECUTE ON FUNCTION note_repeats (uuid[], uuid[], bytea[]) TO postern_gateway, postern_fetcher;
