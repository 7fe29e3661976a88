-- Everything that a batch of one organization comes to, in one statement: keys are checked at its end.
WITH said AS (
    INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, is_internal, text,
                                 full_text, html, message_id, raw_mail_id, metadata, created_at)
    SELECT :org, id, ticket_id, author_id, sender_type, message_type, is_internal, text, full_text, html, message_id,
           raw_mail_id, metadata, created_at
    FROM jsonb_to_recordset(CAST(:comments AS jsonb)) AS c (
        id uuid, ticket_id uuid, author_id uuid, sender_type text, message_type text, is_internal boolean, text text,
        full_text text, html text, message_id text, raw_mail_id uuid, metadata jsonb, created_at timestamptz)
), attached AS (
    INSERT INTO ticket_attachments (org_id, ticket_id, comment_id, name, content_type, size, sha256, content_id,
                                    is_inline, position, uploaded_by)
    SELECT :org, ticket_id, comment_id, name, content_type, size, decode(sha256, 'hex'), content_id, is_inline,
           position, uploaded_by
    FROM jsonb_to_recordset(CAST(:attachments AS jsonb)) AS a (
        ticket_id uuid, comment_id uuid, name text, content_type text, size bigint, sha256 text, content_id text,
        is_inline boolean, position integer, uploaded_by uuid)
), letters AS (
    SELECT * FROM jsonb_to_recordset(CAST(:outgoing AS jsonb)) AS o (
        id uuid, handle bigint, mailbox_id uuid, ticket_id uuid, comment_id uuid, profile_id uuid, letter text,
        recipient text, recipient_name text, sender_name text, message_id text, context jsonb, state text, answer text,
        depth smallint, correspondent_id uuid)
), queued AS (
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          recipient_name, sender_name, message_id, context, state, answer, depth, correspondent_id,
                          next_try_at)
    SELECT :org, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient, recipient_name,
           sender_name, message_id, context, state, answer, depth, correspondent_id,
           now() + make_interval(secs => CASE WHEN letter = 'reply_to_customer' THEN coalesce((
               SELECT CAST(s.policies ->> 'undo_seconds' AS integer)  -- an agent may think better of it
               FROM organization_settings s WHERE s.org_id = :org), 0) ELSE 0 END)
    FROM letters
), indexed AS (
    INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id)
    SELECT :org, message_id, 'in', ticket_id, comment_id
    FROM jsonb_to_recordset(CAST(:message_ids AS jsonb)) AS m (message_id text, ticket_id uuid, comment_id uuid)
    UNION ALL
    SELECT :org, message_id, 'out', ticket_id, comment_id FROM letters WHERE ticket_id IS NOT NULL
), news AS MATERIALIZED (
    SELECT n.*, lower(o.recipient) AS address
    FROM jsonb_to_recordset(CAST(:news AS jsonb)) AS n (letter uuid, state text, answer text, suppress text, days integer)
    JOIN outgoing o ON o.org_id = :org AND o.id = n.letter
), changed AS (
    UPDATE outgoing o SET state = n.state, answer = n.answer FROM news n
    WHERE o.org_id = :org AND o.id = n.letter AND n.state IS NOT NULL
    RETURNING o.org_id, o.id, o.state, o.answer
), reported AS (
    INSERT INTO deliveries (org_id, outgoing_id, outcome, answer) SELECT org_id, id, state, answer FROM changed
), suppressed AS (
    INSERT INTO suppressions (org_id, address, reason, detail, until)
    SELECT DISTINCT ON (n.address, n.suppress)
           :org, n.address, n.suppress, n.answer, now() + make_interval(days => n.days)
    FROM news n WHERE n.suppress IS NOT NULL ORDER BY n.address, n.suppress, n.days DESC NULLS FIRST
    ON CONFLICT (org_id, address, reason) DO UPDATE SET detail = excluded.detail, until = excluded.until
        WHERE suppressions.until < coalesce(excluded.until, 'infinity')
), done AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:done AS jsonb)) AS d (
        id uuid, attempts integer, stage text, reason text, trace jsonb, ticket_id uuid, comment_id uuid)
), finished AS (
    -- by the array, and with a stage that no index answers, they are found through the key however many others wait
    UPDATE raw_mail r SET stage = d.stage, reason = d.reason, trace = r.trace || d.trace, ticket_id = d.ticket_id,
                          comment_id = d.comment_id, processed_at = now(), leased_until = NULL
    FROM done d
    WHERE r.org_id = :org AND r.id = ANY (ARRAY(SELECT id FROM done)) AND r.id = d.id
      AND (r.stage = 'received') IS TRUE AND r.attempts = d.attempts
    RETURNING r.id
)
SELECT count(*) FROM finished
