-- A revision for each stage that a ticket has been in, at its pace; not every one waited for its customer.
WITH steps AS MATERIALIZED (
    SELECT p.*, k.place, k.step, k.place = cardinality(r.steps) AS is_last,
           CASE WHEN k.place = cardinality(r.steps) THEN p.latest ELSE uuidv7() END AS revision
    FROM planned p
    CROSS JOIN LATERAL (SELECT ARRAY(
        SELECT g FROM generate_series(1, p.steps) AS g WHERE g <> 3 OR p.steps = 3 OR p.n % 4 = 0 ORDER BY g) AS steps) r
    CROSS JOIN LATERAL unnest(r.steps) WITH ORDINALITY AS k (step, place)
), staged AS (
    SELECT t.*, s.id AS stage, s.category, lag(t.revision) OVER w AS previous, lag(s.category) OVER w AS was
    FROM steps t JOIN workflows f ON f.org_id = :org AND f.is_default
    JOIN workflow_stages s ON s.org_id = f.org_id AND s.workflow_id = f.id AND s.category =
        (ARRAY['open', 'in_progress', 'waiting_on_customer', 'resolved', 'closed'])[t.step]
    WINDOW w AS (PARTITION BY t.id ORDER BY t.place)
)
INSERT INTO ticket_history (org_id, id, ticket_id, previous_history_id, title, description, priority, assigned_to,
                            workflow_stage_id, category, changed_by, changed_at, changes, reason)
SELECT :org, revision, id, previous, title, title || '.', priority, CASE WHEN step > 1 THEN agent END, stage, category,
       CASE WHEN step = 1 THEN customer ELSE answering END, least(now(), opened_at + pace * (place - 1)),
       CASE WHEN step = 1 THEN jsonb_build_object('title', jsonb_build_object('from', NULL, 'to', title))
            ELSE jsonb_build_object('status', jsonb_build_object('from', was, 'to', category)) END,
       CASE WHEN step = 1 THEN 'a mail came in' END
FROM staged
