-- After whom it goes on in each pool; the lock on it is ours.
INSERT INTO assignment_turns (org_id, team_id, department_id, last_id)
SELECT :org, t.team_id, t.department_id, t.last_id
FROM jsonb_to_recordset(CAST(:turns AS jsonb)) AS t (team_id uuid, department_id uuid, last_id uuid)
ORDER BY t.team_id, t.department_id
ON CONFLICT (org_id, team_id, department_id) DO UPDATE SET last_id = EXCLUDED.last_id
