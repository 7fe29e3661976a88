-- Mails whose doorbell must ring again (a hint was lost, a worker died), at most `p_most`; each then rests half a minute.
CREATE FUNCTION waiting_raw_mail(p_most integer) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH due AS (
        SELECT m.org_id, m.id FROM raw_mail m
        WHERE m.stage = 'received' AND m.ring_at <= now() ORDER BY m.ring_at LIMIT p_most FOR UPDATE SKIP LOCKED
    )
    UPDATE raw_mail m SET ring_at = now() + interval '30 seconds'
    FROM due WHERE m.org_id = due.org_id AND m.id = due.id
    RETURNING m.id
$$;
GRANT EXECUTE ON FUNCTION waiting_raw_mail (integer) TO postern_app;
