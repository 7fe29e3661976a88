-- Where people may move a ticket: along the links of its workflow's stages, any number of them, to a stage that waits for
-- the customer (an answer was given), and to or from the stage for what fits nowhere. A workflow without links leaves it to
-- them, and what the organization itself does (a reply reopens, a hook goes on) follows its own rules.
CREATE FUNCTION check_moves(p_updates jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_from text;
    v_to text;
BEGIN
    IF current_setting('app.role', true) = 'system' THEN
        RETURN;
    END IF;
    WITH RECURSIVE asked AS MATERIALIZED (
        SELECT (e ->> 'ticket_id')::uuid AS id, (e -> 'patch' ->> 'stage_id')::uuid AS stage_id
        FROM jsonb_array_elements(p_updates) e
        WHERE e -> 'patch' ->> 'stage_id' IS NOT NULL
    ), standing AS MATERIALIZED (  -- one after the other by key, or all tickets of a stage might be read
        SELECT t.workflow_id, t.current_stage_id, a.stage_id FROM asked a
        CROSS JOIN LATERAL (SELECT f.workflow_id, f.current_stage_id FROM tickets f
                            WHERE f.org_id = v_org AND f.id = a.id LIMIT 1) t
    ), moves AS MATERIALIZED (
        SELECT t.workflow_id, f.id AS from_id, f.name AS from_name, s.id AS to_id, s.name AS to_name
        FROM standing t
        JOIN workflow_stages f ON f.org_id = v_org AND f.workflow_id = t.workflow_id AND f.id = t.current_stage_id
        JOIN workflow_stages s ON s.org_id = v_org AND s.workflow_id = t.workflow_id AND s.id = t.stage_id
        WHERE f.id <> s.id AND NOT f.is_other AND NOT s.is_other AND s.category <> 'waiting_on_customer'
          AND EXISTS (SELECT FROM workflow_stages l WHERE l.org_id = v_org AND l.workflow_id = t.workflow_id
                      AND (l.next_stage_id IS NOT NULL OR l.prev_stage_id IS NOT NULL))
    ), paths AS (
        SELECT m.from_id, m.workflow_id, m.from_id AS id FROM moves m
        UNION
        SELECT p.from_id, p.workflow_id, n.id FROM paths p
        JOIN workflow_stages s ON s.org_id = v_org AND s.workflow_id = p.workflow_id AND s.id = p.id
        CROSS JOIN LATERAL (VALUES (s.next_stage_id), (s.prev_stage_id)) AS n (id) WHERE n.id IS NOT NULL
    )
    SELECT m.from_name, m.to_name INTO v_from, v_to FROM moves m
    WHERE NOT EXISTS (SELECT FROM paths p WHERE p.from_id = m.from_id AND p.id = m.to_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'no way leads from stage "%" to stage "%"', v_from, v_to USING ERRCODE = 'check_violation';
    END IF;
END
$$;
