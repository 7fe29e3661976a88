-- Take a lease on calls of these webhooks that are due, the oldest first, at most `p_most` of each, and count the attempt
-- before the work. A webhook that somebody is talking with is passed over, so that a slow one keeps one worker and not all.
CREATE FUNCTION claim_webhook_calls(p_webhooks uuid[], p_most integer, p_lease interval) RETURNS TABLE (org_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH free AS MATERIALIZED (
        SELECT DISTINCT w.id FROM unnest(p_webhooks) AS w (id)
        WHERE NOT EXISTS (SELECT FROM webhook_calls c
                          WHERE c.webhook_id = w.id AND c.state = 'sending' AND c.leased_until > now())
    ), due AS MATERIALIZED (
        SELECT d.org_id, d.id FROM free f CROSS JOIN LATERAL (
            SELECT c.org_id, c.id FROM webhook_calls c
            WHERE c.webhook_id = f.id AND c.state IN ('queued', 'sending', 'deferred') AND c.next_try_at <= now()
            ORDER BY c.id LIMIT p_most FOR UPDATE SKIP LOCKED) d
    )
    UPDATE webhook_calls c SET state = 'sending', attempts = c.attempts + 1, leased_until = now() + p_lease,
                               next_try_at = now() + p_lease
    FROM due d WHERE c.org_id = d.org_id AND c.id = d.id
    RETURNING c.org_id, c.id
$$;
GRANT EXECUTE ON FUNCTION claim_webhook_calls (uuid[], integer, interval) TO postern_app;
