-- Take a lease on letters that are due, over all organizations, and count the attempt before the work.
CREATE FUNCTION claim_outgoing(p_ids uuid[], p_lease interval) RETURNS TABLE (org_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH due AS (
        SELECT o.org_id, o.id FROM outgoing o
        WHERE o.id = ANY (p_ids) AND (
            o.state IN ('queued', 'deferred') AND o.next_try_at <= now() OR o.state = 'sending' AND o.leased_until < now()
        )
        ORDER BY o.id FOR UPDATE SKIP LOCKED
    )
    UPDATE outgoing o SET state = 'sending', attempts = o.attempts + 1, leased_until = now() + p_lease,
                          next_try_at = now() + p_lease
    FROM due WHERE o.org_id = due.org_id AND o.id = due.id
    RETURNING o.org_id, o.id
$$;
GRANT EXECUTE ON FUNCTION claim_outgoing (uuid[], interval) TO postern_app;
