-- What became of tickets since a moment, by a key. The time that counts is what a promise counts: none while the customer is
-- waited for, and hours of business where something is promised. How much of a calendar has passed at a moment is looked up
-- in its spans: those that ended before it, and the part of the last one.
WITH calendars AS MATERIALIZED (
    SELECT c.* FROM jsonb_to_recordset(CAST(:calendars AS jsonb))
        AS c (id uuid, begins timestamptz[], ends timestamptz[], before double precision[])
), scope AS MATERIALIZED (
    SELECT t.id, t.status, t.created_at, t.first_response_at,
           CASE WHEN t.status IN ('resolved', 'closed') THEN coalesce(t.resolved_at, t.closed_at) END AS solved_at,
           60 * p.first_response_minutes AS answer_within, 60 * p.resolution_minutes AS solve_within,
           CASE WHEN p.id IS NOT NULL THEN coalesce(p.calendar_id, (
               SELECT d.id FROM business_calendars d WHERE d.org_id = :org AND d.is_default)) END AS calendar,
           CASE :by WHEN 'department' THEN coalesce((
                        SELECT d.name FROM departments d WHERE d.org_id = :org AND d.id = t.department_id), '-')
                    WHEN 'type' THEN coalesce((
                        SELECT y.name FROM request_types y WHERE y.org_id = :org AND y.id = t.request_type_id), '-')
                    WHEN 'agent' THEN coalesce((
                        SELECT a.email FROM profiles a WHERE a.org_id = :org AND a.id = t.assigned_to), '-')
                    ELSE 'all' END AS key
    FROM tickets t
    LEFT JOIN LATERAL (  -- as in the clock: of those that apply, the one that names the type, then the priority
        SELECT s.* FROM sla_policies s
        WHERE s.org_id = :org AND s.is_active AND (s.priority IS NULL OR s.priority = t.priority)
          AND (s.request_type_id IS NULL OR s.request_type_id = t.request_type_id)
        ORDER BY s.request_type_id IS NULL, s.priority IS NULL LIMIT 1) p ON true
    WHERE t.org_id = :org AND t.deleted_at IS NULL AND t.merged_into_id IS NULL AND NOT t.is_spam
      AND (t.created_at >= :since OR t.status IN ('open', 'in_progress', 'waiting_on_customer')
           OR coalesce(t.resolved_at, t.closed_at) >= :since OR t.first_response_at >= :since)
), spells AS (
    SELECT h.ticket_id, h.category, h.changed_at AS since,
           coalesce(lead(h.changed_at) OVER (PARTITION BY h.ticket_id ORDER BY h.id), now()) AS until
    FROM ticket_history h WHERE h.org_id = :org AND h.ticket_id IN (SELECT id FROM scope)
), points AS (
    SELECT s.id, s.calendar, v.* FROM spells p JOIN scope s ON s.id = p.ticket_id
    CROSS JOIN LATERAL (VALUES
        ('answer', 1, least(p.until, coalesce(s.first_response_at, now()))),
        ('answer', -1, least(p.since, coalesce(s.first_response_at, now()))),
        ('solution', 1, least(p.until, coalesce(s.solved_at, now()))),
        ('solution', -1, least(p.since, coalesce(s.solved_at, now())))) AS v (what, sign, at)
    WHERE p.category IN ('open', 'in_progress')
), spent AS (
    SELECT p.id, sum(p.sign * c.passed) FILTER (WHERE p.what = 'answer') AS answer,
           sum(p.sign * c.passed) FILTER (WHERE p.what = 'solution') AS solution
    FROM points p
    LEFT JOIN calendars k ON k.id = p.calendar
    CROSS JOIN LATERAL (SELECT width_bucket(p.at, k.begins) AS place) f
    CROSS JOIN LATERAL (SELECT CASE
        WHEN k.id IS NULL THEN extract(epoch FROM p.at)::float8
        WHEN f.place = 0 THEN 0
        ELSE k.before[f.place] + extract(epoch FROM least(p.at, k.ends[f.place]) - k.begins[f.place])::float8
    END AS passed) c
    GROUP BY 1
), events AS (
    SELECT CASE :by WHEN 'day' THEN to_char(e.at AT TIME ZONE CAST(:zone AS text), 'YYYY-MM-DD') ELSE s.key END AS key,
           e.what, e.seconds, e.kept
    FROM scope s LEFT JOIN spent n ON n.id = s.id
    CROSS JOIN LATERAL (VALUES
        ('opened', s.created_at, NULL::float8, NULL::boolean),
        ('answered', s.first_response_at, n.answer, n.answer <= s.answer_within),
        ('solved', s.solved_at, n.solution, n.solution <= s.solve_within),
        ('late', CASE WHEN s.first_response_at IS NULL AND s.solved_at IS NULL AND n.answer > s.answer_within
                      THEN now() END, NULL, false),
        ('late', CASE WHEN s.solved_at IS NULL AND n.solution > s.solve_within THEN now() END, NULL, false),
        ('backlog', CASE WHEN s.status IN ('open', 'in_progress') THEN now() END, NULL, NULL),
        ('waiting', CASE WHEN s.status = 'waiting_on_customer' THEN now() END, NULL, NULL)
    ) AS e (what, at, seconds, kept)
    WHERE e.at >= :since
)
SELECT key, count(*) FILTER (WHERE what = 'opened') AS opened, count(*) FILTER (WHERE what = 'solved') AS solved,
       count(*) FILTER (WHERE what = 'backlog') AS backlog, count(*) FILTER (WHERE what = 'waiting') AS waiting,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE what = 'answered') AS first_response_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE what = 'answered') AS first_response_p90,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE what = 'solved') AS resolution_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE what = 'solved') AS resolution_p90,
       count(*) FILTER (WHERE kept) AS promises_kept, count(*) FILTER (WHERE NOT kept) AS promises_broken
FROM events GROUP BY 1 ORDER BY 1
