-- Take a lease on mails that wait, over all organizations, and count the attempt before the work (it may kill us).
-- `p_fresh` takes only mails never tried before, and none that somebody holds in this moment: the door, say, which counts
-- that it came again. Else it waits for its turn with any of them, one at a time, so that each counts only its own.
-- A mail that had its three attempts goes to quarantine instead.
CREATE FUNCTION claim_raw_mail(p_ids uuid[], p_lease interval, p_fresh boolean)
RETURNS TABLE (org_id uuid, id uuid, attempts integer, size integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH fresh AS (
        SELECT m.org_id, m.id FROM raw_mail m
        WHERE p_fresh AND m.id = ANY (p_ids) AND m.stage = 'received' AND (m.leased_until IS NULL OR m.leased_until < now())
          AND m.attempts = 0
        ORDER BY m.id LIMIT 1000 FOR UPDATE SKIP LOCKED
    ), tried AS (
        SELECT m.org_id, m.id FROM raw_mail m
        WHERE NOT p_fresh AND m.id = ANY (p_ids) AND m.stage = 'received' AND (m.leased_until IS NULL OR m.leased_until < now())
        ORDER BY m.id LIMIT 1 FOR UPDATE
    ), due AS (
        SELECT * FROM fresh UNION ALL SELECT * FROM tried
    ), taken AS (
        UPDATE raw_mail m SET
            stage = CASE WHEN m.attempts < 3 THEN m.stage ELSE 'quarantined' END,
            reason = CASE WHEN m.attempts < 3 THEN m.reason
                     ELSE 'given up after 3 attempts: ' || coalesce(m.reason, 'the worker was interrupted each time') END,
            processed_at = CASE WHEN m.attempts < 3 THEN m.processed_at ELSE now() END,
            attempts = CASE WHEN m.attempts < 3 THEN m.attempts + 1 ELSE m.attempts END,
            leased_until = CASE WHEN m.attempts < 3 THEN now() + p_lease END
        FROM due WHERE m.org_id = due.org_id AND m.id = due.id
        RETURNING m.org_id, m.id, m.attempts, m.size, m.stage
    )
    SELECT t.org_id, t.id, t.attempts, t.size FROM taken t WHERE t.stage = 'received'
$$;
GRANT EXECUTE ON FUNCTION claim_raw_mail (uuid[], interval, boolean) TO postern_app;
