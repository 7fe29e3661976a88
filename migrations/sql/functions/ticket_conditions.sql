-- The filters of `list_org_tickets` as conditions on a ticket `t`. They become literals, so that each list is planned for
-- what it asks: one plan for all filters would read the whole organization for any of them. All conditions on columns are
-- comparisons that row level security lets an index answer (SCHEMA.md rule 8). A filter that is not known is refused.
CREATE FUNCTION ticket_conditions(p_filters jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_unknown text;
    v_said text;
BEGIN
    WITH filters AS (
        SELECT f.name, f.said, c.kind, c.place,
               ARRAY(SELECT CASE WHEN f.name = 'priority' AND v = 'medium' THEN 'normal' ELSE v END
                     FROM jsonb_array_elements_text(CASE jsonb_typeof(f.said) WHEN 'array' THEN f.said
                                                    ELSE jsonb_build_array(f.said) END) AS e (v)) AS listed
        FROM jsonb_each(p_filters) AS f (name, said)
        LEFT JOIN (VALUES
            ('priority', 'text', 't.priority'), ('status', 'text', 't.status'), ('source', 'text', 't.source'),
            ('stage', 'uuid', 't.current_stage_id'), ('workflow', 'uuid', 't.workflow_id'),
            ('assignee', 'uuid', 't.assigned_to'), ('requester', 'uuid', 't.created_by'),
            ('department', 'uuid', 't.department_id'), ('requestType', 'uuid', 't.request_type_id'),
            ('category', 'uuid', 't.category_id'), ('tag', 'tag', ''), ('text', 'words', ''),
            ('createdFrom', 'time', 't.created_at >='), ('createdTo', 'time', 't.created_at <'),
            ('activeFrom', 'time', 't.last_activity_at >='), ('activeTo', 'time', 't.last_activity_at <'),
            ('dueBefore', 'time', 't.due_at <'), ('isSpam', 'truth', 't.is_spam ='),
            ('sort', 'page', ''), ('limit', 'page', ''), ('after', 'page', ''), ('total', 'page', '')
        ) AS c (name, kind, place) ON c.name = f.name
    )
    SELECT min(f.name) FILTER (WHERE f.kind IS NULL),
           coalesce(string_agg(' AND ' || CASE
               WHEN f.kind IN ('text', 'uuid') THEN format('(%s = ANY (%L::%s[])%s)', f.place,
                   array_remove(f.listed, NULL), f.kind, CASE WHEN array_position(f.listed, NULL) IS NOT NULL
                   THEN format(' OR %s IS NULL', f.place) ELSE '' END)
               WHEN f.kind = 'time' THEN format('%s %L::timestamptz', f.place, f.said #>> '{}')
               WHEN f.kind = 'truth' THEN format('%s %L::boolean', f.place, f.said #>> '{}')
               WHEN f.kind = 'tag' THEN format(
                   't.id IN (SELECT g.ticket_id FROM tags n JOIN ticket_tags g ON g.org_id = n.org_id AND g.tag_id = n.id'
                   ' WHERE n.org_id = t.org_id AND lower(n.name) = ANY (lower(%L)::text[]))', f.listed)
               WHEN f.kind = 'words' THEN format(
                   't.id IN (SELECT s.ticket_id FROM search_tickets(%L) s)', f.said #>> '{}')
           END, '') FILTER (WHERE f.kind <> 'page'), '')
    INTO v_unknown, v_said
    FROM filters f;
    IF v_unknown IS NOT NULL THEN
        RAISE EXCEPTION 'tickets cannot be filtered by %', v_unknown USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN v_said;
END
$$;
GRANT EXECUTE ON FUNCTION ticket_conditions (jsonb) TO postern_app;
