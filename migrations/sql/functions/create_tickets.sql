-- The door by which tickets come into being, any number of them in one statement.
-- Each element: id, requester_id, title; and description, priority, workflow_id, stage_id, department_id, mailbox_id,
-- request_type_id, category_id, event_id, assigned_to, routing_type, assigned_org_id, requester_organization, source,
-- source_ip, user_agent, sender_verified, spam_score, is_spam, due_at, custom_fields, metadata, reason, created_at. What is not
-- given is as the request type says. A ticket that is dated back (`created_at`, for the organization itself) is numbered in
-- that month. The counter's row lock makes numbers gapless, so whoever files calls this as late as it can.
CREATE FUNCTION create_tickets(p_tickets jsonb) RETURNS TABLE (ticket_id uuid, ticket_number text, history_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Everything here is looked up by key; a plan that was kept from when the tables were small would read them whole.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_role text := nullif(current_setting('app.role', true), '');
    v_actor uuid := acting_profile();
    v_count integer := jsonb_array_length(p_tickets);
    v_made integer := 0;
    v_more integer;
    v_month text;
    v_zone text;
    v_part jsonb;
    v_prefix text;
    v_given integer;
BEGIN
    SELECT o.ticket_prefix, s.timezone INTO v_prefix, v_zone
    FROM organizations o JOIN organization_settings s ON s.org_id = o.id WHERE o.id = v_org;
    IF v_prefix IS NULL OR v_actor IS NULL OR v_role NOT IN ('system', 'admin', 'agent', 'customer') THEN
        RAISE EXCEPTION 'no organization in this context' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM check_new_tickets(p_tickets);

    FOR v_month, v_part IN
        SELECT to_char(coalesce(least((e ->> 'created_at')::timestamptz, now()), now()) AT TIME ZONE v_zone, 'YYYY-MM'),
               jsonb_agg(e ORDER BY place)
        FROM jsonb_array_elements(p_tickets) WITH ORDINALITY AS a (e, place)
        GROUP BY 1 ORDER BY 1  -- one order for all, so that counters are never locked crosswise
    LOOP
        v_more := jsonb_array_length(v_part);
        INSERT INTO ticket_counters AS c (org_id, month, value) VALUES (v_org, v_month, v_more)
        ON CONFLICT (org_id, month) DO UPDATE SET value = c.value + v_more
        RETURNING value - v_more INTO v_given;

        RETURN QUERY
        WITH asked AS MATERIALIZED (
            SELECT a.*, uuidv7() AS history_id, least(coalesce(a.created_at, now()), now()) AS opened_at,
                   v_prefix || '-' || v_month || '-' || lpad((v_given + a.place)::text, greatest(5, length((v_given + a.place)::text)), '0') AS number,
                   coalesce(a.workflow_id, r.workflow_id, w.id) AS flow_id,
                   coalesce(nullif(a.priority, 'medium'), r.default_priority, 'normal') AS how_urgent,
                   coalesce(a.department_id, r.department_id) AS queue_id,
                   CASE WHEN a.assigned_org_id IS NULL THEN 'internal'
                        ELSE coalesce(a.routing_type, nullif(r.default_routing, 'internal'), 'hybrid') END AS routed
            FROM ROWS FROM (jsonb_to_recordset(v_part) AS (
                     id uuid, requester_id uuid, title text, description text, priority text, workflow_id uuid,
                     stage_id uuid, department_id uuid, mailbox_id uuid, request_type_id uuid, category_id uuid,
                     event_id uuid, assigned_to uuid, routing_type text, assigned_org_id uuid, requester_organization text,
                     source text, source_ip inet, user_agent text, sender_verified boolean, spam_score numeric,
                     is_spam boolean, due_at timestamptz, custom_fields jsonb, metadata jsonb, reason text,
                     created_at timestamptz)
                 ) WITH ORDINALITY AS a (
                     id, requester_id, title, description, priority, workflow_id, stage_id, department_id, mailbox_id,
                     request_type_id, category_id, event_id, assigned_to, routing_type, assigned_org_id,
                     requester_organization, source, source_ip, user_agent, sender_verified, spam_score, is_spam, due_at,
                     custom_fields, metadata, reason, created_at, place)
            LEFT JOIN request_types r ON r.org_id = v_org AND r.id = a.request_type_id
            LEFT JOIN workflows w ON w.org_id = v_org AND w.is_default
        ), staged AS MATERIALIZED (
            SELECT a.*, s.id AS first_stage_id, s.category
            FROM asked a JOIN workflow_stages s
              ON s.org_id = v_org AND s.workflow_id = a.flow_id
             AND CASE WHEN a.stage_id IS NULL THEN s.is_start ELSE s.id = a.stage_id END
        ), made AS (
            INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority,
                                 status, assigned_to, created_by, department_id, mailbox_id, request_type_id, category_id,
                                 event_id, routing_type, assigned_org_id, requester_organization, source, source_ip,
                                 user_agent, sender_verified, spam_score, is_spam, due_at, custom_fields, metadata,
                                 created_at, last_activity_at, resolved_at, closed_at)
            SELECT v_org, a.id, a.number, a.flow_id, a.first_stage_id, a.history_id, a.title, a.how_urgent, a.category,
                   a.assigned_to, a.requester_id, a.queue_id, a.mailbox_id, a.request_type_id, a.category_id, a.event_id,
                   a.routed, a.assigned_org_id, a.requester_organization, coalesce(a.source, 'email'), a.source_ip,
                   a.user_agent, coalesce(a.sender_verified, false), a.spam_score, coalesce(a.is_spam, false), a.due_at,
                   coalesce(a.custom_fields, '{}'), coalesce(a.metadata, '{}'), a.opened_at, a.opened_at,
                   CASE WHEN a.category IN ('resolved', 'closed') THEN a.opened_at END,
                   CASE WHEN a.category = 'closed' THEN a.opened_at END
            FROM staged a
            RETURNING tickets.id, tickets.number, tickets.latest_history_id
        ), chained AS (
            INSERT INTO ticket_history (org_id, id, ticket_id, title, description, priority, assigned_to, assigned_org_id,
                                        workflow_stage_id, category, changed_by, changes, reason, changed_at)
            SELECT v_org, a.history_id, a.id, a.title, a.description, a.how_urgent, a.assigned_to, a.assigned_org_id,
                   a.first_stage_id, a.category, v_actor,
                   jsonb_build_object('title', jsonb_build_object('from', NULL, 'to', a.title)), a.reason, a.opened_at
            FROM staged a
        ), numbered AS (
            INSERT INTO ticket_numbers (org_id, number, ticket_id) SELECT v_org, a.number, a.id FROM staged a
        )
        SELECT m.id, m.number, m.latest_history_id FROM made m JOIN staged a ON a.id = m.id ORDER BY a.place;
        GET DIAGNOSTICS v_more = ROW_COUNT;
        v_made := v_made + v_more;
    END LOOP;
    IF v_made <> v_count THEN
        RAISE EXCEPTION 'a ticket names a stage that its workflow lacks, or a workflow without a start stage'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION create_tickets (jsonb) TO postern_app;
