-- What was said, customer and agent in turns; a quarter of what agents write is for themselves.
WITH seeded AS MATERIALIZED (
    SELECT setseed(:chance)
), said AS (
    SELECT p.*, k, k % 2 = 1 AS by_customer, random() < 0.25 AS aside,
           (SELECT string_agg((CAST(:sentences AS text[]))[1 + floor(random() * cardinality(CAST(:sentences AS text[])))], ' ')
            FROM generate_series(1, 2 + (p.n + k) % 4)) AS words
    FROM seeded, planned p CROSS JOIN LATERAL generate_series(1, p.comments) AS k
)
INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, message_type, is_internal, text, message_id,
                             created_at)
SELECT :org, id, CASE WHEN by_customer THEN customer ELSE answering END,
       CASE WHEN by_customer THEN 'customer' ELSE 'agent' END,
       CASE WHEN aside AND NOT by_customer THEN 'note' ELSE 'reply' END, aside AND NOT by_customer,
       CASE WHEN k = 1 THEN title || E'.\n\n' ELSE '' END || words,
       CASE WHEN by_customer THEN '<' || id || '.' || k || '@example.net>' END, least(now(), opened_at + pace * (k - 1))
FROM said
