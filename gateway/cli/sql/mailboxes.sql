-- Mailboxes of the organization in the context; one of them where :mailbox names it. A removed one receives for no address.
SELECT m.id, m.address, m.name, d.name AS department, m.kind, m.is_active,
       CASE WHEN m.is_active THEN 'active' WHEN EXISTS (SELECT FROM our_addresses(ARRAY[lower(m.address)])) THEN 'paused'
            ELSE 'removed' END AS state,
       mailbox_is_broken(m) AS is_broken, m.failing_since, m.last_seen_at, m.lag_seconds, m.oldest_waiting_at,
       m.error_count, m.last_error, m.last_error_at, m.gap_alarms, m.set_aside,
       extract(epoch FROM token.access - now())::bigint AS access_token_seconds,
       extract(epoch FROM token.refresh - now())::bigint AS refresh_token_seconds, m.imap_settings, m.smtp_settings, coalesce(m.settings -> 'fetch', '{}') AS fetch, m.created_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', t.kind, 'changed_at', to_char(t.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'expires_at', to_char(t.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ORDER BY t.kind), '[]')
        FROM mailbox_tokens t WHERE t.org_id = m.org_id AND t.mailbox_id = m.id) AS secrets,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'folder', c.folder, 'highest_uid', c.highest_uid, 'leased', c.leased_by IS NOT NULL
            AND c.leased_until > now()) ORDER BY c.folder), '[]')
        FROM mailbox_cursors c WHERE c.org_id = m.org_id AND c.mailbox_id = m.id) AS folders
FROM mailboxes m
LEFT JOIN departments d ON d.org_id = m.org_id AND d.id = m.department_id
CROSS JOIN LATERAL (
    SELECT min(t.expires_at) FILTER (WHERE t.kind = 'oauth_access') AS access,
           min(t.expires_at) FILTER (WHERE t.kind = 'oauth_refresh') AS refresh
    FROM mailbox_tokens t WHERE t.org_id = m.org_id AND t.mailbox_id = m.id
) AS token
WHERE CAST(:mailbox AS text) IS NULL OR lower(m.address) = lower(CAST(:mailbox AS text))
ORDER BY lower(m.address)
