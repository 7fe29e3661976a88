-- The door by which tickets change, any number of them in one statement; each change is a revision in the history.
-- Each element: ticket_id, patch, reason. A key that the patch has with null unsets, a key it lacks leaves; keys:
-- title, description, priority, assigned_to, stage_id, department_id. An element that changes nothing writes nothing.
CREATE FUNCTION update_tickets(p_updates jsonb) RETURNS TABLE (ticket_id uuid, history_id uuid, changes jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_actor uuid := acting_profile();
    v_asked uuid[] := ARRAY(SELECT (e ->> 'ticket_id')::uuid FROM jsonb_array_elements(p_updates) e);
    v_found integer;
BEGIN
    SELECT count(*) INTO v_found FROM (
        SELECT t.id FROM tickets t WHERE t.org_id = v_org AND t.id = ANY (v_asked) ORDER BY t.id FOR UPDATE
    ) locked;
    IF v_found <> cardinality(v_asked) THEN
        RAISE EXCEPTION 'a ticket is not there, or is named twice' USING ERRCODE = 'no_data_found';
    END IF;

    RETURN QUERY
    WITH asked AS (
        SELECT (e ->> 'ticket_id')::uuid AS id, coalesce(e -> 'patch', '{}') AS patch, e ->> 'reason' AS reason
        FROM jsonb_array_elements(p_updates) e
    ), wanted AS (
        SELECT t.id, t.latest_history_id, t.department_id AS department_before, a.reason, t.workflow_id,
               jsonb_build_object('title', t.title, 'description', h.description, 'priority', t.priority,
                   'assigned_to', t.assigned_to, 'stage_id', t.current_stage_id, 'department_id', t.department_id
               ) AS was,
               (SELECT coalesce(jsonb_object_agg(k, CASE WHEN k = 'priority' AND v = '"medium"' THEN '"normal"' ELSE v END), '{}')
                FROM jsonb_each(a.patch) AS p (k, v)
                WHERE k IN ('title', 'description', 'priority', 'assigned_to', 'stage_id', 'department_id')) AS patch
        FROM asked a
        JOIN tickets t ON t.org_id = v_org AND t.id = a.id
        JOIN ticket_history h ON h.org_id = v_org AND h.ticket_id = t.id AND h.id = t.latest_history_id
    ), compared AS MATERIALIZED (
        SELECT w.id, w.latest_history_id, w.reason, w.workflow_id, w.was || w.patch AS becomes, uuidv7() AS history_id,
               (SELECT coalesce(jsonb_object_agg(k, jsonb_build_object('from', w.was -> k, 'to', v)), '{}')
                FROM jsonb_each(w.patch) AS p (k, v) WHERE v IS DISTINCT FROM w.was -> k) AS changes
        FROM wanted w
    ), chained AS (
        INSERT INTO ticket_history (org_id, id, ticket_id, previous_history_id, title, description, priority,
                                    assigned_to, workflow_stage_id, category, changed_by, changes, reason)
        SELECT v_org, c.history_id, c.id, c.latest_history_id, c.becomes ->> 'title', c.becomes ->> 'description',
               c.becomes ->> 'priority', (c.becomes ->> 'assigned_to')::uuid, s.id, s.category, v_actor, c.changes,
               c.reason
        FROM compared c
        JOIN workflow_stages s
          ON s.org_id = v_org AND s.workflow_id = c.workflow_id AND s.id = (c.becomes ->> 'stage_id')::uuid
        WHERE c.changes <> '{}'
        RETURNING ticket_history.ticket_id, ticket_history.id, ticket_history.title, ticket_history.priority,
                  ticket_history.assigned_to, workflow_stage_id, category, ticket_history.changes
    ), mirrored AS (
        UPDATE tickets t SET
            latest_history_id = n.id, title = n.title, priority = n.priority, assigned_to = n.assigned_to,
            current_stage_id = n.workflow_stage_id, status = n.category,
            department_id = (c.becomes ->> 'department_id')::uuid,
            resolved_at = CASE WHEN n.category IN ('resolved', 'closed') THEN coalesce(t.resolved_at, now()) END,
            closed_at = CASE WHEN n.category = 'closed' THEN coalesce(t.closed_at, now()) END,
            last_activity_at = now()
        FROM chained n JOIN compared c ON c.id = n.ticket_id
        WHERE t.org_id = v_org AND t.id = n.ticket_id
        RETURNING t.id
    )
    SELECT n.ticket_id, n.id, n.changes FROM chained n JOIN mirrored m ON m.id = n.ticket_id;

    IF EXISTS (
        SELECT FROM jsonb_array_elements(p_updates) e
        WHERE e -> 'patch' ? 'stage_id' AND NOT EXISTS (
            SELECT FROM tickets t JOIN workflow_stages s ON s.org_id = t.org_id AND s.workflow_id = t.workflow_id
            WHERE t.org_id = v_org AND t.id = (e ->> 'ticket_id')::uuid AND s.id = (e -> 'patch' ->> 'stage_id')::uuid)
    ) THEN
        RAISE EXCEPTION 'that stage is not in the ticket''s workflow' USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION update_tickets (jsonb) TO postern_app;
