-- What a monitor may know: counts and ages over all organizations, nothing of anybody's mail.
CREATE FUNCTION postern_metrics() RETURNS TABLE (name text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT 'oldest_unprocessed_seconds',
           coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 FROM raw_mail WHERE stage = 'received'
    UNION ALL SELECT 'unprocessed', count(*)::float8 FROM raw_mail WHERE stage = 'received'
    UNION ALL SELECT 'quarantine', count(*)::float8 FROM raw_mail WHERE stage = 'quarantined'
    UNION ALL SELECT 'outbox_depth', count(*)::float8 FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')
    UNION ALL SELECT 'outbox_oldest_seconds', coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
              FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')
    UNION ALL SELECT 'webhook_calls_depth', count(*)::float8 FROM webhook_calls WHERE state IN ('queued', 'sending', 'deferred')
    UNION ALL
    SELECT found.name, found.value FROM (
        SELECT count(*) AS mailboxes, count(*) FILTER (WHERE m.error_count > 0) AS failing,
               max(m.lag_seconds) AS lag, extract(epoch FROM now() - min(m.oldest_waiting_at)) AS waiting,
               extract(epoch FROM now() - min(coalesce(m.last_seen_at, m.created_at))) AS unseen,
               sum(m.gap_alarms) AS gaps, sum(m.set_aside) AS aside,
               extract(epoch FROM min(t.expires_at) - now()) AS token
        FROM mailboxes m JOIN organizations o ON o.id = m.org_id AND o.is_active
        LEFT JOIN mailbox_tokens t ON t.org_id = m.org_id AND t.mailbox_id = m.id AND t.kind = 'oauth_access'
        WHERE m.kind <> 'smtp' AND m.is_active
    ) AS c CROSS JOIN LATERAL (VALUES
        ('imap_mailboxes', c.mailboxes::float8), ('imap_mailboxes_failing', c.failing::float8),
        ('imap_lag_seconds', coalesce(c.lag, 0)), ('imap_oldest_waiting_seconds', coalesce(c.waiting, 0)::float8),
        ('imap_longest_unseen_seconds', coalesce(c.unseen, 0)::float8), ('imap_gap_alarms', coalesce(c.gaps, 0)::float8),
        ('imap_set_aside', coalesce(c.aside, 0)::float8), ('imap_next_token_seconds', c.token::float8)
    ) AS found (name, value)
    WHERE c.mailboxes > 0 AND found.value IS NOT NULL
$$;
GRANT EXECUTE ON FUNCTION postern_metrics () TO postern_app, postern_gateway, postern_fetcher;
