-- Who belongs to an organization, as S1's table has it.
CREATE VIEW org_members WITH (security_invoker) AS
SELECT p.org_id, p.id AS user_id, 'org_' || p.role AS org_role, p.created_at AS added_at, p.added_by
FROM profiles p
WHERE p.role IN ('customer', 'agent', 'admin') AND p.deleted_at IS NULL;
GRANT SELECT ON org_members TO postern_app;
