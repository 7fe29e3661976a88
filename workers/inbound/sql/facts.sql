-- One look at everything a batch of an organization needs to know before it is decided.
WITH met AS MATERIALIZED (  -- one after the other, since policies hide from the planner how many addresses there are
    SELECT a.address, a.profile_id FROM unnest(CAST(:senders AS text[])) AS sender (address)
    CROSS JOIN LATERAL (SELECT f.address, f.profile_id FROM profile_addresses f
                        WHERE f.org_id = :org AND f.address = sender.address LIMIT 1) a
), nobody AS MATERIALIZED (
    SELECT p.id, p.name, p.role FROM profiles p WHERE p.org_id = :org AND p.username = 'unknown-sender'
)
SELECT
    -- Of two who file mails of one conversation at the same time neither would see the other's ticket. What is locked is
    -- looked at by the next statement only; in one order, so that nobody waits crosswise.
    (SELECT count(k.locked) FROM (
        SELECT pg_advisory_xact_lock(n.key) AS locked FROM (
            SELECT DISTINCT hashtextextended(CAST(:org AS uuid) || name, 0) AS key
            FROM unnest(CAST(:conversations AS text[])) AS name ORDER BY 1) n) k) AS conversations,
    (SELECT jsonb_build_object('id', p.id, 'name', p.name, 'address', NULL, 'role', p.role, 'department_id', NULL)
     FROM profiles p WHERE p.org_id = :org AND p.role = 'system') AS system,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', m.id, 'address', m.address, 'name', m.name, 'department_id', m.department_id,
        'workflow_id', m.workflow_id, 'priority', m.default_priority, 'type_id', m.request_type_id)), '[]')
     FROM mailboxes m WHERE m.org_id = :org AND m.id = ANY (CAST(:boxes AS uuid[]))) AS boxes,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'name', p.name, 'address', p.email, 'role', p.role, 'department_id', p.department_id,
        'away', p.status = 'away') ORDER BY p.created_at, p.id), '[]')
     FROM profiles p WHERE p.org_id = :org AND p.role IN ('agent', 'admin') AND p.deleted_at IS NULL) AS staff,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'name', p.name, 'address', met.address, 'department_id', p.department_id, 'audiences', p.audiences,
        'role', CASE WHEN p.deleted_at IS NULL THEN p.role ELSE 'customer' END)), '[]')  -- who left writes as anybody
     FROM met CROSS JOIN LATERAL (SELECT f.* FROM profiles f
                                  WHERE f.org_id = :org AND f.id = met.profile_id LIMIT 1) p) AS people,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'name', p.name, 'address', NULL, 'role', p.role, 'department_id', NULL)), '[]')
     FROM nobody p) AS unknown,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(o.mailbox_id, o.correspondent_id, o.letter, o.hour, o.day)), '[]')
     FROM (SELECT profile_id FROM met UNION SELECT id FROM nobody) known
     CROSS JOIN LATERAL (
        SELECT o.mailbox_id, o.correspondent_id, o.letter, count(DISTINCT o.comment_id) AS day,
               count(DISTINCT o.comment_id) FILTER (WHERE o.created_at > now() - interval '1 hour') AS hour
        FROM outgoing o
        WHERE o.org_id = :org AND o.correspondent_id = known.profile_id AND o.created_at > now() - interval '1 day'
        GROUP BY 1, 2, 3) o) AS spent,
    (SELECT coalesce(jsonb_agg(found), '[]')
     FROM our_addresses(CAST(:senders AS text[])) AS found) AS ours,
    EXISTS (SELECT FROM suppressions p WHERE p.org_id = :org AND (p.until IS NULL OR p.until > now())) AS suppresses,
    (SELECT jsonb_build_array(
        (SELECT s.policies -> 'spam' FROM organization_settings s WHERE s.org_id = :org),
        (SELECT jsonb_build_array(s.spam, s.ham) FROM spam_models s WHERE s.org_id = :org),
        (SELECT coalesce(jsonb_agg(met.profile_id), '[]') FROM met  -- whom agents wrote to; programs may have much more
         WHERE EXISTS (SELECT FROM (SELECT o.letter FROM outgoing o
                                    WHERE o.org_id = :org AND o.profile_id = met.profile_id LIMIT 200) o
                       WHERE o.letter = 'reply_to_customer')))) AS taught,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(stage.flow, stage.category, stage.id)), '[]') FROM (
        SELECT DISTINCT ON (flow.id, s.category) flow.id AS flow, s.category, s.id
        FROM workflow_stages s
        JOIN workflows w ON w.org_id = s.org_id AND w.id = s.workflow_id
        CROSS JOIN LATERAL (VALUES (w.id), (CASE WHEN w.is_default THEN NULL ELSE w.id END)) AS flow (id)
        WHERE s.org_id = :org ORDER BY flow.id, s.category, s.created_at, s.id
     ) stage) AS stages,
    -- For the screens: where an organization blocks nobody and nothing was limited there yet, three looks at an index.
    jsonb_build_object(
        'policies', (SELECT s.policies FROM organization_settings s WHERE s.org_id = :org),
        'blocked', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(b.kind, b.value, b.reason)), '[]') FROM (
                SELECT f.kind, f.value, f.reason FROM unnest(CAST(:suspects AS text[])) AS s (value)
                CROSS JOIN LATERAL (
                    SELECT b.kind, b.value, b.reason FROM blocked_senders b
                    WHERE b.org_id = :org AND b.value = s.value
                      AND b.kind = CASE WHEN strpos(s.value, '@') > 0 THEN 'address' ELSE 'domain' END
                      AND (b.expires_at IS NULL OR b.expires_at > now()) LIMIT 1) f
                UNION ALL
                SELECT b.kind, b.value, b.reason FROM blocked_senders b
                WHERE b.org_id = :org AND b.kind = 'network' AND (b.expires_at IS NULL OR b.expires_at > now())
                  AND EXISTS (SELECT FROM unnest(CAST(:peers AS text[])) AS peer
                              WHERE CAST(peer AS inet) <<= CASE b.kind WHEN 'network' THEN CAST(b.value AS cidr) END)
            ) b WHERE EXISTS (SELECT FROM blocked_senders b WHERE b.org_id = :org)),
        'decided', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                l.action, l.identifier_type, l.identifier,
                l.is_blocked AND (l.blocked_until IS NULL OR l.blocked_until > now()), l.updated_at, l.reason)), '[]')
            FROM unnest(CAST(:counted AS text[]), CAST(:identifiers AS text[])) AS c (type, identifier)
            CROSS JOIN LATERAL (
                SELECT r.* FROM rate_limits r
                WHERE r.org_id = :org AND r.identifier_type = c.type AND r.identifier = c.identifier LIMIT 4) l
            WHERE EXISTS (SELECT FROM rate_limits r WHERE r.org_id = :org)),
        'asked', (
            SELECT jsonb_agg(t.email) FROM email_verification_tokens t
            WHERE t.org_id = :org AND t.email = ANY (CAST(:senders AS text[])) AND t.used_at IS NULL
              AND t.expires_at > now() AND t.attempts < 5)) AS screening,
    routing_table(:routing) AS routing
