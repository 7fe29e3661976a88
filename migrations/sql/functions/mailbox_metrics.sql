-- What a monitor may know of single mailboxes that are fetched, over all organizations: numbers under identifiers, no address.
-- At most `p_most` mailboxes: the broken ones first, then those that were fetched from longest ago.
CREATE FUNCTION mailbox_metrics(p_most integer)
RETURNS TABLE (org_id uuid, mailbox_id uuid, name text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.org_id, m.id, found.name, found.value::float8
    FROM (
        SELECT b.org_id, b.id, mailbox_is_broken(b) AS is_broken FROM mailboxes b
        JOIN organizations o ON o.id = b.org_id AND o.is_active
        WHERE b.kind <> 'smtp' AND b.is_active
        ORDER BY mailbox_is_broken(b) DESC, coalesce(b.last_seen_at, b.created_at), b.id LIMIT p_most
    ) AS shown
    JOIN mailboxes m ON m.org_id = shown.org_id AND m.id = shown.id
    CROSS JOIN LATERAL (
        SELECT min(t.expires_at) FILTER (WHERE t.kind = 'oauth_access') AS access,
               min(t.expires_at) FILTER (WHERE t.kind = 'oauth_refresh') AS refresh
        FROM mailbox_tokens t WHERE t.org_id = m.org_id AND t.mailbox_id = m.id
    ) AS token
    CROSS JOIN LATERAL (VALUES
        ('broken', shown.is_broken::int::numeric),
        ('failing_seconds', coalesce(extract(epoch FROM now() - m.failing_since), 0)),
        ('last_success_seconds', extract(epoch FROM now() - coalesce(m.last_seen_at, m.created_at))),
        ('lag_seconds', m.lag_seconds::numeric),
        ('oldest_waiting_seconds', coalesce(extract(epoch FROM now() - m.oldest_waiting_at), 0)),
        ('gap_alarms', m.gap_alarms::numeric),
        ('set_aside', m.set_aside::numeric),
        ('access_token_seconds', extract(epoch FROM token.access - now())),
        ('refresh_token_seconds', extract(epoch FROM token.refresh - now()))
    ) AS found (name, value)
    WHERE found.value IS NOT NULL
$$;
GRANT EXECUTE ON FUNCTION mailbox_metrics (integer) TO postern_app, postern_gateway, postern_fetcher;
