-- Mails that opened tickets, in the order in which they came, from behind one of them: as many as asked for, or fewer if they
-- hold more than :bytes; a single one may.
SELECT r.id, r.mailbox_id, r.mail_from, r.recipients, r.received_at, r.attempts, r.content, r.protocol
FROM (SELECT r.*, sum(r.size) OVER (ORDER BY r.id) - r.size AS before FROM (
          SELECT r.* FROM raw_mail r
          WHERE r.id > :after AND r.received_at >= :since AND r.stage = 'filed' AND octet_length(r.content) > 0
            AND r.trace @> '[{"step": "thread", "verdict": "new ticket"}]'
          ORDER BY r.id LIMIT :most) r) r
WHERE r.before <= :bytes ORDER BY r.id
