-- Which of these addresses get no letters, and why.
SELECT DISTINCT ON (s.address) s.address, s.reason || coalesce(': ' || s.detail, '') AS why
FROM suppressions s
WHERE s.org_id = :org AND s.address = ANY (CAST(:addresses AS text[])) AND (s.until IS NULL OR s.until > now())
ORDER BY s.address, s.until DESC NULLS FIRST, s.created_at
