-- Take a lease on letters that are due, over all organizations, and count the attempt before the work. Whose address gets no
-- letters by now is withheld.
CREATE FUNCTION claim_outgoing(p_ids uuid[], p_lease interval) RETURNS TABLE (org_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH due AS (
        SELECT o.org_id, o.id, o.recipient FROM outgoing o
        WHERE o.id = ANY (p_ids) AND (
            o.state IN ('queued', 'deferred') AND o.next_try_at <= now() OR o.state = 'sending' AND o.leased_until < now()
        )
        ORDER BY o.id FOR UPDATE SKIP LOCKED
    ), judged AS MATERIALIZED (
        SELECT due.org_id, due.id, (
            SELECT 'the address is suppressed: ' || s.reason || coalesce(': ' || s.detail, '') FROM suppressions s
            WHERE s.org_id = due.org_id AND s.address = lower(due.recipient) AND (s.until IS NULL OR s.until > now())
            ORDER BY s.until DESC NULLS FIRST, s.created_at LIMIT 1) AS why
        FROM due
    ), withheld AS (
        UPDATE outgoing o SET state = 'withheld', answer = j.why, leased_until = NULL
        FROM judged j WHERE o.org_id = j.org_id AND o.id = j.id AND j.why IS NOT NULL
    )
    UPDATE outgoing o SET state = 'sending', attempts = o.attempts + 1, leased_until = now() + p_lease,
                          next_try_at = now() + p_lease
    FROM judged j WHERE o.org_id = j.org_id AND o.id = j.id AND j.why IS NULL
    RETURNING o.org_id, o.id
$$;
GRANT EXECUTE ON FUNCTION claim_outgoing (uuid[], interval) TO postern_app;
