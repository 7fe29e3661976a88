-- What a patch may not say: a field there is none of, a partner that is none, a routing or a time that only the organization decides.
CREATE FUNCTION check_patches(p_updates jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_unknown text;
BEGIN
    SELECT k INTO v_unknown
    FROM jsonb_array_elements(p_updates) e, jsonb_object_keys(coalesce(e -> 'patch', '{}')) AS k
    WHERE k NOT IN ('title', 'description', 'priority', 'assigned_to', 'workflow_id', 'stage_id', 'department_id',
                    'request_type_id', 'category_id', 'event_id', 'routing_type', 'assigned_org_id', 'merged_into_id')
    LIMIT 1;
    IF v_unknown IS NOT NULL THEN
        RAISE EXCEPTION 'a ticket has no field % that this could change', v_unknown USING ERRCODE = 'undefined_column';
    END IF;
    IF current_setting('app.role', true) = 'guest' AND EXISTS (
        SELECT FROM jsonb_array_elements(p_updates) e
        WHERE e -> 'patch' ?| ARRAY['workflow_id', 'department_id', 'routing_type', 'assigned_org_id', 'merged_into_id']
    ) THEN
        RAISE EXCEPTION 'a guest works on a ticket and does not move it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('app.role', true) <> 'system' AND EXISTS (
        SELECT FROM jsonb_array_elements(p_updates) e WHERE e ->> 'at' IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'only the organization itself dates a change back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(p_updates) e
        WHERE e -> 'patch' ->> 'assigned_org_id' IS NOT NULL AND NOT is_partner((e -> 'patch' ->> 'assigned_org_id')::uuid)
    ) THEN
        RAISE EXCEPTION 'that organization is no partner' USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;
