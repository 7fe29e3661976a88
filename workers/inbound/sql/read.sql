-- The stored mails of one organization that a worker holds a lease on, the oldest first; only what was let out of
-- quarantine has a trace.
SELECT org_id, id, mailbox_id, mail_from, recipients, received_at, attempts, content, protocol, host(peer) AS peer,
       (SELECT step ->> 'reason' FROM jsonb_array_elements(trace) AS step WHERE step ->> 'verdict' = 'received' LIMIT 1)
       AS released
FROM raw_mail
WHERE org_id = :org AND id = ANY (:ids) ORDER BY id
