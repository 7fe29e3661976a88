-- Limits that were exceeded stand until their period has passed; those that stand already are left as they are.
WITH over AS MATERIALIZED (
    SELECT o.*, now() + make_interval(secs => o.seconds) AS until
    FROM jsonb_to_recordset(CAST(:limits AS jsonb)) AS o (
        type text, identifier text, action text, attempts integer, seconds integer, reason text)
    WHERE limited_until(o.type, o.identifier, o.action) IS NULL
)
SELECT o.type, o.identifier, o.action, o.reason, to_char(o.until AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI') || ' (' || s.timezone || ')' AS until,
       note_rate_limit(o.type, o.identifier, o.action, o.attempts, o.seconds, o.until, o.reason)
FROM over o JOIN organization_settings s ON s.org_id = :org
