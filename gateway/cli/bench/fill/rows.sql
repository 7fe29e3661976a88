-- Their rows, as filing and sending leave them.
WITH flow AS (
    SELECT s.workflow_id AS id, s.id AS stage, a.id AS agent, a.email AS agent_address
    FROM workflow_stages s JOIN profiles a ON a.org_id = s.org_id AND a.role = 'agent'
    WHERE s.org_id = :org AND s.is_start LIMIT 1
), people AS (
    INSERT INTO profiles (org_id, id, name, email, role)
    SELECT DISTINCT ON (person) :org, person, 'Customer ' || n / 2, 'c' || n / 2 || '@example.net', 'customer' FROM threads
), addresses AS (
    INSERT INTO profile_addresses (org_id, address, profile_id)
    SELECT DISTINCT ON (person) :org, 'c' || n / 2 || '@example.net', person FROM threads
), opened AS (
    INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority, status,
                         created_by, mailbox_id, source)
    SELECT :org, ticket, 'FILL-2026-10-' || lpad(n::text, 6, '0'), flow.id, stage, answered, 'printer ' || n, 'normal',
           'open', person, :mailbox, 'email' FROM threads, flow
), numbered AS (
    INSERT INTO ticket_numbers (org_id, number, ticket_id)
    SELECT :org, 'FILL-2026-10-' || lpad(n::text, 6, '0'), ticket FROM threads
), chained AS (
    INSERT INTO ticket_history (org_id, id, ticket_id, previous_history_id, title, description, priority,
                                workflow_stage_id, category, changed_by, changes, reason)
    SELECT :org, CASE k WHEN 1 THEN opened ELSE answered END, ticket, CASE k WHEN 2 THEN opened END, 'printer ' || n,
           words, 'normal', stage, 'open', CASE k WHEN 1 THEN person ELSE agent END, '{}', 'a mail came in'
    FROM threads, flow, generate_series(1, 2) AS k
), stored AS (
    INSERT INTO raw_mail (org_id, id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol,
                          stage, attempts, trace, ticket_id, comment_id, processed_at)
    SELECT :org, mails[k], :mailbox, sha256(mails[k]::text::bytea), content, length(content), 'c' || n / 2 || '@example.net',
           ARRAY[CAST(:address AS text)], '127.0.0.1', 'client.example.net', 'esmtp', 'filed', 1,
           '[{"step": "recognise", "verdict": "personal", "reason": "nothing says that a program wrote it"}]', ticket,
           comments[k], now()
    FROM threads, generate_series(1, 3) AS k, LATERAL (SELECT ('Subject: printer' || E'\r\n\r\n' || words)::bytea AS content) AS c
), said AS (
    INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, text, message_id, raw_mail_id)
    SELECT :org, comments[k], ticket, CASE k WHEN 2 THEN agent ELSE person END, CASE k WHEN 2 THEN 'agent' ELSE 'customer' END,
           'reply', words, '<in' || k || '.' || n || '@example.net>', mails[k]
    FROM threads, flow, generate_series(1, 3) AS k
), sent AS (
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          message_id, state, attempts, sent_at)
    SELECT :org, letters[k], n::bigint * 4 + k, :mailbox, ticket, comments[(ARRAY[1, 1, 2, 3])[k]],
           CASE k % 2 WHEN 1 THEN person ELSE agent END,
           (ARRAY['acknowledgement', 'notification_to_agent', 'reply_to_customer', 'notification_to_agent'])[k],
           CASE k % 2 WHEN 1 THEN 'c' || n / 2 || '@example.net' ELSE agent_address END,
           '<out' || k || '.' || n || '@example.net>', 'sent', 1, now()
    FROM threads, flow, generate_series(1, 4) AS k
)
INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id)
SELECT :org, '<in' || k || '.' || n || '@example.net>', 'in', ticket, comments[k] FROM threads, generate_series(1, 3) AS k
UNION ALL
SELECT :org, '<out' || k || '.' || n || '@example.net>', 'out', ticket, comments[(ARRAY[1, 1, 2, 3])[k]]
FROM threads, generate_series(1, 4) AS k
