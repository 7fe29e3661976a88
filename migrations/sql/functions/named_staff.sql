-- Whom a text names with an @ among the staff of the context's organization: by address, user name, whole name, or first name
-- where only one of them has it. An address of somebody else in it names nobody.
CREATE FUNCTION named_staff(p_text text) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH staff AS (
        SELECT p.id, p.email, p.username, p.name, split_part(p.name, ' ', 1) AS first,
               count(*) OVER (PARTITION BY lower(split_part(p.name, ' ', 1))) AS namesakes
        FROM profiles p
        WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND p.role IN ('agent', 'admin')
          AND p.deleted_at IS NULL
    )
    SELECT DISTINCT s.id FROM staff s
    CROSS JOIN LATERAL unnest(ARRAY[s.email, s.username, s.name, CASE WHEN s.namesakes = 1 THEN s.first END]) AS known (name)
    WHERE known.name <> '' AND left(p_text, 100000) ~* (
        '(?:^|[^[:alnum:]_.+@-])@(?:' || span_pattern(ARRAY[known.name]) || ')(?![[:alnum:]_@-]|\.[[:alnum:]])')
$$;
