-- The stored mails of one organization that a worker holds a lease on.
SELECT org_id, id, mailbox_id, mail_from, recipients, received_at, attempts, content FROM raw_mail
WHERE org_id = :org AND id = ANY (:ids)
