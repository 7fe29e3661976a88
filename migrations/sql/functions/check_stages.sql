-- After a change: each ticket that was to move stands where it was told to.
CREATE FUNCTION check_stages(p_updates jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        WITH asked AS MATERIALIZED (
            SELECT (e ->> 'ticket_id')::uuid AS id, e -> 'patch' AS patch FROM jsonb_array_elements(p_updates) e
            WHERE e -> 'patch' ?| ARRAY['stage_id', 'workflow_id']
        )
        SELECT FROM asked a
        JOIN tickets t ON t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.id = a.id
        WHERE a.patch ? 'stage_id' AND t.current_stage_id IS DISTINCT FROM (a.patch ->> 'stage_id')::uuid
           OR a.patch ? 'workflow_id' AND t.workflow_id IS DISTINCT FROM (a.patch ->> 'workflow_id')::uuid
    ) THEN
        RAISE EXCEPTION 'that stage is not in the ticket''s workflow' USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
