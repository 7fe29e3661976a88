-- Letters since a moment, by day and state.
SELECT to_char(o.created_at AT TIME ZONE CAST(:zone AS text), 'YYYY-MM-DD') AS day, o.state AS outcome, count(*) AS number
FROM outgoing o WHERE o.org_id = :org AND o.id >= :first AND o.created_at >= :since
GROUP BY 1, 2 ORDER BY 1, 2
