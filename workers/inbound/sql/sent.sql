-- Letters of ours that notices tell about. Who files another notice about one of them waits, so that only the first is news.
SELECT o.id, o.letter, o.recipient, o.state,
       EXISTS (SELECT FROM suppressions s WHERE s.org_id = o.org_id AND s.address = lower(o.recipient)
                                            AND (s.until IS NULL OR s.until > now())) AS suppressed,
       (SELECT count(*) FROM outgoing b
        JOIN deliveries d ON d.org_id = b.org_id AND d.outgoing_id = b.id AND d.outcome = 'bounced'
        WHERE b.org_id = o.org_id AND b.profile_id = o.profile_id AND b.state = 'bounced'
          AND lower(b.recipient) = lower(o.recipient)
          AND d.at > greatest(now() - CAST(:within AS interval), (
              SELECT max(s.until) FROM suppressions s
              WHERE s.org_id = o.org_id AND s.address = lower(o.recipient) AND s.until <= now()))) AS bounced,
       p.role IN ('agent', 'admin') AS is_staff
FROM outgoing o
JOIN profiles p ON p.org_id = o.org_id AND p.id = o.profile_id
WHERE o.org_id = :org AND o.id = ANY (CAST(:letters AS uuid[]))
ORDER BY o.id FOR NO KEY UPDATE OF o
