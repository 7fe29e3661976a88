-- The stages of a workflow, the first one first (S0).
CREATE FUNCTION get_workflow_stages(p_workflow uuid) RETURNS TABLE (
    id uuid, name text, description text, category text, is_start boolean, is_end boolean, is_other boolean,
    next_stage_id uuid, prev_stage_id uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, s.name, s.description, s.category, s.is_start, s.is_end, s.is_other, s.next_stage_id, s.prev_stage_id
    FROM workflow_stages s
    WHERE s.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND s.workflow_id = p_workflow
    ORDER BY s.is_start DESC, s.created_at, s.id
$$;
GRANT EXECUTE ON FUNCTION get_workflow_stages (uuid) TO postern_app;
