-- The teams of the organization in the context with who is in them; the one of that name where :name is given.
SELECT t.id, t.name, t.description, t.is_support_team, ARRAY(
           SELECT p.email FROM team_members m JOIN profiles p ON p.org_id = m.org_id AND p.id = m.profile_id
           WHERE m.org_id = t.org_id AND m.team_id = t.id AND p.deleted_at IS NULL ORDER BY lower(p.email)) AS agents,
       t.created_at
FROM teams t WHERE CAST(:name AS text) IS NULL OR lower(t.name) = lower(CAST(:name AS text))
ORDER BY lower(t.name)
