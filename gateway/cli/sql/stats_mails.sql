-- Mails that came in since a moment, by day and by what became of them; of what is in quarantine the last step that decided
-- says why. By the identifier, which begins with the time, so that older ones are not read.
SELECT to_char(r.received_at AT TIME ZONE CAST(:zone AS text), 'YYYY-MM-DD') AS day, o.outcome, count(*) AS number
FROM raw_mail r
LEFT JOIN ticket_comments c ON c.org_id = r.org_id AND c.id = r.comment_id
CROSS JOIN LATERAL (SELECT CASE
    WHEN r.stage = 'received' THEN 'waiting'
    WHEN r.stage = 'filed' AND c.metadata ? 'held' THEN 'held'
    WHEN r.stage = 'quarantined' THEN coalesce((
        SELECT CASE s.said ->> 'step' WHEN 'blocked' THEN 'blocked' WHEN 'rate' THEN 'limits' WHEN 'spam' THEN 'spam'
                    WHEN 'verification' THEN 'verification' WHEN 'recognise' THEN 'our own' WHEN 'thread' THEN 'reports'
                    WHEN 'digest' THEN 'orders' END
        FROM jsonb_array_elements(r.trace) WITH ORDINALITY AS s (said, place)
        WHERE s.said ->> 'step' IN ('blocked', 'rate', 'spam', 'verification', 'recognise', 'thread', 'desk')
           OR s.said ->> 'step' = 'digest' AND s.said ->> 'verdict' <> 'told'
        ORDER BY s.place DESC LIMIT 1), 'failed')
    ELSE r.stage END AS why) q
CROSS JOIN LATERAL (
    SELECT CASE WHEN r.stage = 'quarantined' THEN 'quarantined: ' || q.why ELSE q.why END AS outcome) o
WHERE r.org_id = :org AND r.id >= :first AND r.received_at >= :since
GROUP BY 1, 2 ORDER BY 1, 2
