-- A page of the tickets of the organization in the context that who acts may see (S1), latest activity first.
-- Filters are keys of the document, each a value or a list of them, null for "none": priority, status, source, stage,
-- workflow, assignee, requester, department, requestType, category, tag (names), text (words, see `search_query`), createdFrom,
-- createdTo, activeFrom, activeTo, dueBefore, isSpam. `sort` is activity or created (as they came to be here), `limit` at
-- most 100, `after` the `next` of the page before; `total` false saves the counting.
CREATE FUNCTION list_org_tickets(p_filters jsonb DEFAULT '{}') RETURNS json
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_where text := format('t.org_id = %L AND t.deleted_at IS NULL', v_org) || ticket_conditions(p_filters);
    v_most integer := least(greatest(coalesce((p_filters ->> 'limit')::integer, 20), 1), 100);
    v_after text[] := string_to_array(p_filters ->> 'after', '_');
    v_key text;
    v_total bigint;
    v_page json;
BEGIN
    v_key := CASE coalesce(p_filters ->> 'sort', 'activity') WHEN 'activity' THEN 't.last_activity_at, t.id'
                                                             WHEN 'created' THEN 't.id' END;
    IF v_key IS NULL OR cardinality(v_after) <> cardinality(string_to_array(v_key, ',')) THEN
        RAISE EXCEPTION 'tickets are not listed in that order' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce((p_filters ->> 'total')::boolean, true) THEN
        EXECUTE 'SELECT count(*) FROM tickets t WHERE ' || v_where INTO v_total;
    END IF;
    v_where := v_where || CASE cardinality(v_after)
        WHEN 1 THEN format(' AND t.id < %L::uuid', v_after[1])
        WHEN 2 THEN format(' AND (t.last_activity_at, t.id) < (%L::timestamptz, %L::uuid)', v_after[1], v_after[2])
        ELSE '' END;
    EXECUTE format($query$
        WITH found AS (
            SELECT t.* FROM tickets t WHERE %1$s ORDER BY %2$s DESC LIMIT %3$s
        ), page AS (
            SELECT t.*, row_number() OVER (ORDER BY %4$s DESC) AS place FROM found t
        )
        SELECT json_build_object(
            'tickets', coalesce(json_agg(json_build_object(
                'id', t.id, 'number', t.number, 'title', t.title, 'priority', t.priority, 'status', t.status,
                'currentStage', json_build_object('id', s.id, 'name', s.name),
                'assignedTo', CASE WHEN t.assigned_to IS NOT NULL THEN
                    json_build_object('id', a.id, 'name', coalesce(a.name, 'Support Team')) END,
                'createdBy', json_build_object('id', r.id, 'name', r.name), 'departmentId', t.department_id,
                'requestTypeId', t.request_type_id, 'createdAt', t.created_at, 'updatedAt', t.updated_at,
                'lastActivityAt', t.last_activity_at, 'dueAt', t.due_at) ORDER BY t.place)
                FILTER (WHERE t.place < %3$s), '[]'),
            'pagination', json_build_object('total', %5$L::bigint, 'perPage', %3$s - 1, 'next', CASE
                WHEN count(*) = %3$s THEN max(CASE WHEN t.place = %3$s - 1 THEN %6$s END) END))
        FROM page t
        LEFT JOIN workflow_stages s
          ON s.org_id = t.org_id AND s.workflow_id = t.workflow_id AND s.id = t.current_stage_id
        LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
        LEFT JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
    $query$, v_where, replace(v_key, ',', ' DESC,'), v_most + 1, replace(v_key, ',', ' DESC,'), v_total,
        CASE v_key WHEN 't.id' THEN 't.id::text' ELSE
            'to_char(t.last_activity_at AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'') || ''_'' || t.id' END)
    INTO v_page;
    RETURN v_page;
END
$$;
GRANT EXECUTE ON FUNCTION list_org_tickets (jsonb) TO postern_app;
