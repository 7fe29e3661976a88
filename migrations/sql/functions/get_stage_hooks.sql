-- What happens when a ticket enters a stage, in the order in which it does (S0).
CREATE FUNCTION get_stage_hooks(p_stage uuid) RETURNS TABLE (id uuid, hook_type text, config jsonb, is_active boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT k.id, k.hook_type, k.config, k.is_active
    FROM workflow_stage_hooks k
    WHERE k.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND k.stage_id = p_stage AND k.is_active
    ORDER BY k.position, k.created_at, k.id
$$;
GRANT EXECUTE ON FUNCTION get_stage_hooks (uuid) TO postern_app;
