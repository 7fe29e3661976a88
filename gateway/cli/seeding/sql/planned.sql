-- Each ticket: when it was opened (evenly over a year, in the order of its identifier), by whom, and how far it has come: what
-- is old is mostly closed.
CREATE TEMP TABLE planned ON COMMIT DROP AS
WITH seeded AS MATERIALIZED (
    SELECT setseed(:chance)
), staff AS (
    SELECT array_agg(id ORDER BY id) AS ids, array_agg(department_id ORDER BY id) AS queues
    FROM profiles WHERE org_id = :org AND role IN ('agent', 'admin')
), customers AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM profiles WHERE org_id = :org AND role = 'customer'
), types AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM request_types WHERE org_id = :org AND NOT requires_event
), drawn AS MATERIALIZED (
    SELECT n, now() - interval '365 days' * (1 - (n - random()) / CAST(:tickets AS integer)) AS opened_at,
           1 + floor(random() * cardinality(s.ids))::integer AS agent, 1 + floor(random() * cardinality(c.ids))::integer AS customer,
           1 + floor(random() * cardinality(t.ids))::integer AS kind, random() AS fate, random() AS haste,
           1 + floor(random() * (2 * CAST(:comments AS integer) - 1))::integer AS comments,
           (CAST(:subjects AS text[]))[1 + floor(random() * cardinality(CAST(:subjects AS text[])))] AS subject,
           (CAST(:products AS text[]))[1 + floor(random() * cardinality(CAST(:products AS text[])))] AS product,
           interval '10 minutes' + random() * interval '2 days' AS pace
    FROM seeded, staff s, customers c, types t, generate_series(1, CAST(:tickets AS integer)) AS n
), judged AS (
    SELECT *, CASE WHEN d.fate > 0.97 THEN 1
                   WHEN d.opened_at < now() - interval '30 days' AND d.fate > 0.05 THEN 5
                   ELSE 1 + floor(d.fate * 5)::integer END AS steps FROM drawn d
)
SELECT j.n, uuidv7(j.opened_at - clock_timestamp()) AS id, j.opened_at, j.steps, j.pace, j.comments,
       c.ids[j.customer] AS customer, CASE WHEN j.steps > 1 THEN s.ids[j.agent] END AS agent, s.ids[j.agent] AS answering,
       s.queues[j.agent] AS queue, t.ids[j.kind] AS kind, replace(j.subject, '{}', j.product) AS title,
       CASE WHEN j.haste < 0.15 THEN 'low' WHEN j.haste < 0.8 THEN 'normal' WHEN j.haste < 0.95 THEN 'high' ELSE 'urgent' END
           AS priority,
       least(now(), j.opened_at + j.pace * greatest(j.steps, j.comments)) AS last_at, uuidv7() AS latest,
       to_char(j.opened_at, 'YYYY-MM') AS month
FROM judged j, staff s, customers c, types t
