-- The agents of each pool, who is next first (admins only where they are in a team). Who is away has no turn, unless all are.
WITH asked AS MATERIALIZED (
    SELECT a.team_id, a.department_id, a.counted, t.last_id
    FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a (team_id uuid, department_id uuid, counted boolean)
    LEFT JOIN assignment_turns t ON t.org_id = :org AND t.team_id IS NOT DISTINCT FROM a.team_id
                                AND t.department_id IS NOT DISTINCT FROM a.department_id
), staff AS MATERIALIZED (
    SELECT p.id, p.name, p.role, p.department_id, p.status FROM profiles p
    WHERE p.org_id = :org AND p.role IN ('agent', 'admin') AND p.deleted_at IS NULL
), members AS (
    SELECT a.team_id, a.department_id, a.counted, a.last_id, s.id, s.name,
           s.status = 'away' AND NOT bool_and(s.status = 'away') OVER (PARTITION BY a.team_id, a.department_id) AS is_away
    FROM asked a JOIN staff s ON CASE
        WHEN a.team_id IS NOT NULL THEN EXISTS (
            SELECT FROM team_members m WHERE m.org_id = :org AND m.team_id = a.team_id AND m.profile_id = s.id)
        WHEN a.department_id IS NOT NULL THEN s.role = 'agent' AND s.department_id = a.department_id
        ELSE s.role = 'agent' END
)
SELECT a.team_id, a.department_id,
       CASE WHEN a.team_id IS NOT NULL THEN 'team ' || (SELECT t.name FROM teams t WHERE t.org_id = :org AND t.id = a.team_id)
            WHEN a.department_id IS NOT NULL
            THEN 'department ' || (SELECT d.name FROM departments d WHERE d.org_id = :org AND d.id = a.department_id)
            ELSE 'the organization' END AS whose,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'busy', CASE WHEN a.counted THEN (
                      SELECT count(*) FROM tickets t
                      WHERE t.org_id = :org AND t.assigned_to = m.id AND t.deleted_at IS NULL
                        AND t.status IN ('open', 'in_progress', 'waiting_on_customer')) ELSE 0 END)
                  ORDER BY (m.id > a.last_id) IS TRUE DESC, m.id)
           FROM members m
           WHERE m.team_id IS NOT DISTINCT FROM a.team_id AND m.department_id IS NOT DISTINCT FROM a.department_id
             AND NOT m.is_away), '[]') AS members
FROM asked a
