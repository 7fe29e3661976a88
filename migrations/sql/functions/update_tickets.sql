-- The door by which tickets change, any number of them in one statement; each change is a revision in the history.
-- Each element: ticket_id, patch, reason, and at where it is dated back (for the organization itself). A key that the patch has with null unsets, a key it lacks leaves; keys:
-- title, description, priority, assigned_to, workflow_id, stage_id, department_id, request_type_id, category_id, event_id,
-- routing_type, assigned_org_id, merged_into_id. Another workflow begins at its start stage unless a stage is named.
-- An element that changes nothing writes nothing.
CREATE FUNCTION update_tickets(p_updates jsonb) RETURNS TABLE (ticket_id uuid, history_id uuid, changes jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Everything here is looked up by key; a plan that was kept from when the tables were small would read them whole.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_actor uuid := acting_profile();
    v_asked uuid[] := ARRAY(SELECT (e ->> 'ticket_id')::uuid FROM jsonb_array_elements(p_updates) e);
BEGIN
    PERFORM lock_tickets(v_asked);
    PERFORM check_patches(p_updates);
    PERFORM check_moves(p_updates);

    RETURN QUERY
    WITH asked AS MATERIALIZED (  -- its columns are index conditions under row level security, its expressions are not
        SELECT (e ->> 'ticket_id')::uuid AS id, coalesce(e -> 'patch', '{}') AS patch, e ->> 'reason' AS reason,
               least(coalesce((e ->> 'at')::timestamptz, now()), now()) AS at
        FROM jsonb_array_elements(p_updates) e
    ), wanted AS (
        SELECT t.id, t.latest_history_id, a.reason, a.at,
               jsonb_build_object('title', t.title, 'description', h.description, 'priority', t.priority,
                   'assigned_to', t.assigned_to, 'workflow_id', t.workflow_id, 'stage_id', t.current_stage_id,
                   'department_id', t.department_id, 'request_type_id', t.request_type_id,
                   'category_id', t.category_id, 'event_id', t.event_id, 'routing_type', t.routing_type,
                   'assigned_org_id', t.assigned_org_id, 'merged_into_id', t.merged_into_id) AS was,
               CASE WHEN a.patch ->> 'priority' = 'medium' THEN jsonb_set(a.patch, '{priority}', '"normal"') ELSE a.patch END
               || CASE WHEN a.patch ? 'stage_id' OR (a.patch ->> 'workflow_id')::uuid = t.workflow_id
                            OR NOT a.patch ? 'workflow_id' THEN '{}'
                       ELSE jsonb_build_object('stage_id', (
                           SELECT s.id FROM workflow_stages s
                           WHERE s.org_id = v_org AND s.workflow_id = (a.patch ->> 'workflow_id')::uuid AND s.is_start)) END
               || CASE WHEN a.patch ? 'assigned_org_id' AND a.patch ->> 'assigned_org_id' IS NULL
                       THEN '{"routing_type": "internal"}'::jsonb ELSE '{}' END AS patch
        FROM asked a
        JOIN tickets t ON t.org_id = v_org AND t.id = a.id
        JOIN ticket_history h ON h.org_id = v_org AND h.ticket_id = t.id AND h.id = t.latest_history_id
    ), compared AS MATERIALIZED (
        SELECT w.id, w.latest_history_id, w.reason, w.at, w.was || w.patch AS becomes, uuidv7() AS history_id,
               (SELECT coalesce(jsonb_object_agg(k, jsonb_build_object('from', w.was -> k, 'to', v)), '{}')
                FROM jsonb_each(w.patch) AS p (k, v) WHERE v IS DISTINCT FROM w.was -> k) AS changes
        FROM wanted w
    ), chained AS (
        INSERT INTO ticket_history (org_id, id, ticket_id, previous_history_id, title, description, priority,
                                    assigned_to, assigned_org_id, workflow_stage_id, category, changed_by, changes,
                                    reason, changed_at)
        SELECT v_org, c.history_id, c.id, c.latest_history_id, c.becomes ->> 'title', c.becomes ->> 'description',
               c.becomes ->> 'priority', (c.becomes ->> 'assigned_to')::uuid, (c.becomes ->> 'assigned_org_id')::uuid,
               s.id, s.category, v_actor, c.changes, c.reason, c.at
        FROM compared c
        JOIN workflow_stages s ON s.org_id = v_org AND s.workflow_id = (c.becomes ->> 'workflow_id')::uuid
                              AND s.id = (c.becomes ->> 'stage_id')::uuid
        WHERE c.changes <> '{}'
        RETURNING ticket_history.ticket_id, ticket_history.id, ticket_history.title, ticket_history.priority,
                  ticket_history.assigned_to, ticket_history.assigned_org_id, workflow_stage_id, category,
                  ticket_history.changes
    ), mirrored AS (
        UPDATE tickets t SET
            latest_history_id = n.id, title = n.title, priority = n.priority, assigned_to = n.assigned_to,
            workflow_id = (c.becomes ->> 'workflow_id')::uuid, current_stage_id = n.workflow_stage_id,
            status = n.category, department_id = (c.becomes ->> 'department_id')::uuid,
            request_type_id = (c.becomes ->> 'request_type_id')::uuid, category_id = (c.becomes ->> 'category_id')::uuid,
            event_id = (c.becomes ->> 'event_id')::uuid, routing_type = c.becomes ->> 'routing_type',
            assigned_org_id = n.assigned_org_id, merged_into_id = (c.becomes ->> 'merged_into_id')::uuid,
            resolved_at = CASE WHEN n.category IN ('resolved', 'closed') THEN coalesce(t.resolved_at, c.at) END,
            closed_at = CASE WHEN n.category = 'closed' THEN coalesce(t.closed_at, c.at) END,
            last_activity_at = greatest(t.last_activity_at, c.at),
            erased_at = NULL  -- something was said again
        FROM chained n JOIN compared c ON c.id = n.ticket_id
        WHERE t.org_id = v_org AND t.id = n.ticket_id
        RETURNING t.id
    )
    SELECT n.ticket_id, n.id, n.changes FROM chained n JOIN mirrored m ON m.id = n.ticket_id;

    PERFORM check_stages(p_updates);
END
$$;
GRANT EXECUTE ON FUNCTION update_tickets (jsonb) TO postern_app;
