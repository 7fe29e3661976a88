-- Whoever chooses an agent among the same people waits for us; in one order, so that nobody waits crosswise. Who is next is
-- looked at by the next statement, which sees what was done before the lock was free.
SELECT count(k.locked) FROM (
    SELECT pg_advisory_xact_lock(n.key) AS locked FROM (
        SELECT DISTINCT hashtextextended(concat('turn', CAST(:org AS uuid), a.team_id, '/', a.department_id), 0) AS key
        FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a (team_id uuid, department_id uuid) ORDER BY 1) n) k
