-- The stored mails of one organization that a worker holds a lease on, the oldest first.
SELECT org_id, id, mailbox_id, mail_from, recipients, received_at, attempts, content, protocol,
       trace @> '[{"step": "desk", "verdict": "received"}]' AS released
FROM raw_mail
WHERE org_id = :org AND id = ANY (:ids) ORDER BY id
