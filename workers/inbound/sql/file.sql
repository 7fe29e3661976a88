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
                          recipient_name, sender_name, message_id, context, state, answer, depth, correspondent_id)
    SELECT :org, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient, recipient_name,
           sender_name, message_id, context, state, answer, depth, correspondent_id
    FROM letters
), indexed AS (
    INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id)
    SELECT :org, message_id, 'in', ticket_id, comment_id
    FROM jsonb_to_recordset(CAST(:message_ids AS jsonb)) AS m (message_id text, ticket_id uuid, comment_id uuid)
    UNION ALL
    SELECT :org, message_id, 'out', ticket_id, comment_id FROM letters
), bounced AS (
    UPDATE outgoing SET state = 'bounced', answer = 'a delivery report came back'
    WHERE org_id = :org AND id = ANY (CAST(:bounced AS uuid[])) AND state IN ('sent', 'delivered', 'unknown', 'captured')
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
