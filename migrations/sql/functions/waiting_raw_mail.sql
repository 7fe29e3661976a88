-- Mails whose doorbell must ring again (a hint was lost, a worker died), at most `p_most`, as they arrived; each then rests
-- half a minute. Whoever has more than twenty among them floods us.
CREATE FUNCTION waiting_raw_mail(p_most integer) RETURNS TABLE (id uuid, of_flood boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH due AS (
        SELECT m.org_id, m.id FROM raw_mail m
        WHERE m.stage = 'received' AND m.ring_at <= now() ORDER BY m.ring_at LIMIT p_most FOR UPDATE SKIP LOCKED
    ), rung AS (
        UPDATE raw_mail m SET ring_at = now() + interval '30 seconds'
        FROM due WHERE m.org_id = due.org_id AND m.id = due.id
        RETURNING m.id, lower(m.mail_from) AS sender
    )
    SELECT rung.id, row_number() OVER (PARTITION BY rung.sender ORDER BY rung.id) > 20 FROM rung ORDER BY rung.id
$$;
GRANT EXECUTE ON FUNCTION waiting_raw_mail (integer) TO postern_app;
