-- What follows from a revision, whoever wrote it: the hooks of a stage that was entered wait to be run, timers of the stage
-- that was left are cancelled, those of the new one are set, promises are looked at, and the people and webhooks concerned are told (S0, S1).
-- What is dated back happened elsewhere, before it was imported: it ends timers, and nothing else follows from it.
CREATE FUNCTION note_revisions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Everything here is looked up by key; a plan that was kept from when the tables were small would read them whole.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_calls boolean := EXISTS (SELECT FROM webhooks w WHERE w.org_id = nullif(current_setting('app.org_id', true), '')::uuid);
BEGIN
    -- The usual ticket, opened by the organization itself from a mail and nobody's yet, in a stage without hooks, where nothing is promised.
    IF current_setting('app.role', true) = 'system'
       AND NOT EXISTS (SELECT FROM new_revisions n WHERE n.previous_history_id IS NOT NULL OR n.assigned_to IS NOT NULL)
       AND NOT EXISTS (SELECT FROM workflow_stage_hooks k
                       WHERE k.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND k.is_active
                         AND k.stage_id IN (SELECT n.workflow_stage_id FROM new_revisions n))
       AND NOT EXISTS (SELECT FROM sla_policies p
                       WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND p.is_active)
       AND NOT v_calls THEN
        RETURN NULL;
    END IF;

    WITH entered AS (
        SELECT n.org_id, n.ticket_id, n.id, n.workflow_stage_id, n.changed_at
        FROM new_revisions n
        LEFT JOIN ticket_history p ON p.org_id = n.org_id AND p.ticket_id = n.ticket_id AND p.id = n.previous_history_id
        WHERE n.workflow_stage_id IS DISTINCT FROM p.workflow_stage_id
    ), left_behind AS (
        UPDATE timers m SET cancelled_at = now() FROM entered e
        WHERE m.org_id = e.org_id AND m.ticket_id = e.ticket_id AND m.stage_id <> e.workflow_stage_id
          AND m.fired_at IS NULL AND m.cancelled_at IS NULL
    ), hooks AS (
        SELECT e.org_id, e.ticket_id, e.id AS history_id, k.id AS hook_id, k.stage_id,
               CASE WHEN k.hook_type = 'advance' AND k.config -> 'business_hours' IS DISTINCT FROM 'true'
                    THEN now() + (k.config ->> 'after_minutes')::numeric * interval '1 minute' END AS due_at
        FROM entered e JOIN workflow_stage_hooks k
          ON k.org_id = e.org_id AND k.stage_id = e.workflow_stage_id AND k.is_active
         AND NOT k.config ? 'on'  -- those are for a promise that is about to be broken
        WHERE e.changed_at >= now()
    ), set_timers AS (
        INSERT INTO timers (org_id, ticket_id, kind, hook_id, stage_id, due_at)
        SELECT k.org_id, k.ticket_id, 'advance', k.hook_id, k.stage_id, k.due_at FROM hooks k WHERE k.due_at IS NOT NULL
    )
    INSERT INTO hook_runs (org_id, history_id, hook_id, ticket_id, state, answer, done_at)
    SELECT k.org_id, k.history_id, k.hook_id, k.ticket_id, CASE WHEN k.due_at IS NULL THEN 'waiting' ELSE 'done' END,
           'a timer was set for ' || to_char(k.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
           CASE WHEN k.due_at IS NOT NULL THEN now() END
    FROM hooks k;

    -- What was promised of a ticket is looked at now, and again whenever it changes.
    UPDATE timers m SET due_at = now(), cancelled_at = NULL FROM new_revisions n
    WHERE m.org_id = n.org_id AND m.ticket_id = n.ticket_id AND m.hook_id IS NULL AND m.fired_at IS NULL;
    INSERT INTO timers (org_id, ticket_id, kind, due_at)
    SELECT n.org_id, n.ticket_id, k.kind, now()
    FROM new_revisions n CROSS JOIN unnest('{first_response,resolution}'::text[]) AS k (kind)
    WHERE n.previous_history_id IS NULL AND n.changed_at >= now()
      AND EXISTS (SELECT FROM sla_policies p WHERE p.org_id = n.org_id AND p.is_active);

    INSERT INTO notifications (org_id, profile_id, type, title, content, link, ticket_id)
    SELECT c.org_id, c.profile_id, c.type, c.number || ': ' || c.title, c.content, '/tickets/' || c.number, c.ticket_id
    FROM new_revisions n
    JOIN tickets t ON t.org_id = n.org_id AND t.id = n.ticket_id
    LEFT JOIN ticket_history p ON p.org_id = n.org_id AND p.ticket_id = n.ticket_id AND p.id = n.previous_history_id
    CROSS JOIN LATERAL (
        SELECT n.org_id, n.ticket_id, t.number, n.title, n.assigned_to AS profile_id, 'ticket_assigned' AS type,
               jsonb_build_object('changed_by', n.changed_by) AS content
        WHERE n.assigned_to IS NOT NULL AND n.assigned_to IS DISTINCT FROM p.assigned_to
          -- Who answers first is assigned by the organization in the same transaction, and knows.
          AND NOT EXISTS (SELECT FROM ticket_comments c WHERE c.org_id = n.org_id AND c.ticket_id = n.ticket_id
                          AND c.author_id = n.assigned_to AND c.xmin = pg_current_xact_id()::xid)
        UNION ALL
        SELECT n.org_id, n.ticket_id, t.number, n.title, t.created_by,
               CASE WHEN p.id IS NULL THEN 'ticket_created' WHEN n.category = 'resolved' THEN 'ticket_resolved'
                    WHEN n.category = 'closed' THEN 'ticket_closed' ELSE 'ticket_updated' END,
               jsonb_build_object('changed_by', n.changed_by, 'old_status', p.category, 'new_status', n.category)
        WHERE n.category IS DISTINCT FROM p.category
          -- What the organization itself opens or moves follows from the requester's own mail, unless it ends the matter.
          AND (current_setting('app.role', true) <> 'system' OR p.id IS NOT NULL AND n.category IN ('resolved', 'closed'))
        UNION ALL
        SELECT n.org_id, n.ticket_id, t.number, n.title, w.profile_id, 'ticket_updated', jsonb_strip_nulls(jsonb_build_object(
                   'changed_by', n.changed_by,
                   'old_status', CASE WHEN n.category IS DISTINCT FROM p.category THEN p.category END,
                   'new_status', CASE WHEN n.category IS DISTINCT FROM p.category THEN n.category END,
                   'priority', CASE WHEN n.priority IS DISTINCT FROM p.priority THEN n.priority END,
                   'assignee', CASE WHEN n.assigned_to IS DISTINCT FROM p.assigned_to THEN coalesce((
                       SELECT a.name FROM profiles a WHERE a.org_id = n.org_id AND a.id = n.assigned_to), '') END))
        FROM ticket_participants w
        JOIN profiles f ON f.org_id = w.org_id AND f.id = w.profile_id AND f.role IN ('agent', 'admin') AND f.deleted_at IS NULL
        WHERE w.org_id = n.org_id AND w.ticket_id = n.ticket_id AND w.kind = 'watcher' AND w.profile_id <> t.created_by
          AND p.id IS NOT NULL AND (
              (n.category, n.priority) IS DISTINCT FROM (p.category, p.priority)
              OR n.assigned_to IS DISTINCT FROM p.assigned_to AND w.profile_id IS DISTINCT FROM n.assigned_to)
          -- What the organization changes since somebody answered, they know.
          AND NOT EXISTS (SELECT FROM ticket_comments c WHERE c.org_id = n.org_id AND c.ticket_id = n.ticket_id
                          AND c.author_id = w.profile_id AND c.xmin = pg_current_xact_id()::xid)
    ) c
    WHERE c.profile_id <> n.changed_by AND n.changed_at >= now();

    IF NOT v_calls THEN
        RETURN NULL;
    END IF;
    INSERT INTO webhook_calls (org_id, webhook_id, event, ticket_id, history_id)
    SELECT n.org_id, w.id, e.event, n.ticket_id, n.id
    FROM new_revisions n
    LEFT JOIN ticket_history p ON p.org_id = n.org_id AND p.ticket_id = n.ticket_id AND p.id = n.previous_history_id
    CROSS JOIN LATERAL (
        SELECT 'ticket.created' AS event WHERE p.id IS NULL
        UNION ALL SELECT 'ticket.assigned' WHERE n.assigned_to IS NOT NULL AND n.assigned_to IS DISTINCT FROM p.assigned_to
        UNION ALL SELECT 'ticket.' || n.category WHERE n.category IN ('resolved', 'closed') AND n.category IS DISTINCT FROM p.category
    ) e
    JOIN webhooks w ON w.org_id = n.org_id AND e.event = ANY (w.events)
    WHERE n.changed_at >= now();
    RETURN NULL;
END
$$;
