-- Mails of the organization in the context, latest first; one of them where :mail names it.
SELECT r.id, m.address AS mailbox, r.received_at, r.stage, r.reason, t.number AS ticket, r.digest, r.size, r.mail_from,
       r.recipients, r.attempts, r.repeats, r.last_repeat_at, host(r.peer) AS peer, r.helo, r.protocol, r.leased_until,
       r.processed_at, r.comment_id AS comment
FROM raw_mail r
JOIN mailboxes m ON m.org_id = r.org_id AND m.id = r.mailbox_id
LEFT JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id
WHERE (CAST(:stages AS text[]) IS NULL OR r.stage = ANY (CAST(:stages AS text[])))
  AND (CAST(:mail AS uuid) IS NULL OR r.id = CAST(:mail AS uuid))
ORDER BY r.received_at DESC, r.id DESC
LIMIT :most
