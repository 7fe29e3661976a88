-- The door by which tickets come into being, any number of them in one statement.
-- Each element: id, requester_id, title; and description, priority, workflow_id, stage_id, department_id, mailbox_id,
-- assigned_to, source, source_ip, sender_verified, metadata, reason. The counter's row lock makes numbers gapless, so
-- whoever files calls this as late as it can.
CREATE FUNCTION create_tickets(p_tickets jsonb) RETURNS TABLE (ticket_id uuid, ticket_number text, history_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_actor uuid := acting_profile();
    v_count integer := jsonb_array_length(p_tickets);
    v_month text;
    v_prefix text;
    v_given integer;
BEGIN
    SELECT o.ticket_prefix, to_char(now() AT TIME ZONE s.timezone, 'YYYY-MM') INTO v_prefix, v_month
    FROM organizations o JOIN organization_settings s ON s.org_id = o.id WHERE o.id = v_org;
    IF v_prefix IS NULL THEN
        RAISE EXCEPTION 'no organization in this context' USING ERRCODE = 'insufficient_privilege';
    END IF;

    INSERT INTO ticket_counters AS c (org_id, month, value) VALUES (v_org, v_month, v_count)
    ON CONFLICT (org_id, month) DO UPDATE SET value = c.value + v_count
    RETURNING value - v_count INTO v_given;

    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT a.*, uuidv7() AS history_id,
               v_prefix || '-' || v_month || '-' || lpad((v_given + a.place)::text, greatest(5, length((v_given + a.place)::text)), '0') AS number,
               coalesce(a.workflow_id, w.id) AS flow_id
        FROM ROWS FROM (jsonb_to_recordset(p_tickets) AS (
                 id uuid, requester_id uuid, title text, description text, priority text, workflow_id uuid,
                 stage_id uuid, department_id uuid, mailbox_id uuid, assigned_to uuid, source text, source_ip inet,
                 sender_verified boolean, metadata jsonb, reason text)) WITH ORDINALITY AS a (
                 id, requester_id, title, description, priority, workflow_id, stage_id, department_id, mailbox_id,
                 assigned_to, source, source_ip, sender_verified, metadata, reason, place)
        LEFT JOIN workflows w ON w.org_id = v_org AND w.is_default
    ), staged AS MATERIALIZED (
        SELECT a.*, s.id AS first_stage_id, s.category
        FROM asked a JOIN workflow_stages s
          ON s.org_id = v_org AND s.workflow_id = a.flow_id
         AND CASE WHEN a.stage_id IS NULL THEN s.is_start ELSE s.id = a.stage_id END
    ), made AS (
        INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority,
                             status, assigned_to, created_by, department_id, mailbox_id, source, source_ip,
                             sender_verified, metadata)
        SELECT v_org, a.id, a.number, a.flow_id, a.first_stage_id, a.history_id, a.title,
               coalesce(nullif(a.priority, 'medium'), 'normal'), a.category, a.assigned_to, a.requester_id,
               a.department_id, a.mailbox_id, coalesce(a.source, 'email'), a.source_ip,
               coalesce(a.sender_verified, false), coalesce(a.metadata, '{}')
        FROM staged a
        RETURNING tickets.id, tickets.number, tickets.latest_history_id
    ), chained AS (
        INSERT INTO ticket_history (org_id, id, ticket_id, title, description, priority, assigned_to,
                                    workflow_stage_id, category, changed_by, changes, reason)
        SELECT v_org, a.history_id, a.id, a.title, a.description, coalesce(nullif(a.priority, 'medium'), 'normal'),
               a.assigned_to, a.first_stage_id, a.category, v_actor,
               jsonb_build_object('title', jsonb_build_object('from', NULL, 'to', a.title)), a.reason
        FROM staged a
    ), numbered AS (
        INSERT INTO ticket_numbers (org_id, number, ticket_id) SELECT v_org, a.number, a.id FROM staged a
    )
    SELECT m.id, m.number, m.latest_history_id FROM made m JOIN staged a ON a.id = m.id ORDER BY a.place;
    IF (SELECT count(*) FROM workflow_stages s JOIN workflows w ON w.org_id = s.org_id AND w.id = s.workflow_id
        WHERE s.org_id = v_org AND w.is_default AND s.is_start) = 0 THEN
        RAISE EXCEPTION 'the default workflow has no start stage' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION create_tickets (jsonb) TO postern_app;
