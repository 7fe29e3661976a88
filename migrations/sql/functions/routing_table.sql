-- All that routes the mails of the organization in the context: request types and rules in use, fields that mails are asked
-- for and others that they may answer, events that are not long over, whose clock it has. Who names the state that it knows already is told no more than that. The state is made of
-- each row's last change: of two who change rows at a time, the later one may be the first to commit.
CREATE FUNCTION routing_table(p_known text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_stamp text;
BEGIN
    SELECT coalesce(sum(hash_record_extended(r.state, 0)), 0)::text INTO v_stamp FROM (
        SELECT ROW (t.id, t.updated_at, t.assigned_org_id IS NOT NULL AND is_partner(t.assigned_org_id)) AS state
        FROM request_types t WHERE t.org_id = v_org
        UNION ALL SELECT ROW (r.id, r.updated_at, true) FROM routing_rules r WHERE r.org_id = v_org
        UNION ALL SELECT ROW (f.id, f.updated_at, true) FROM field_definitions f WHERE f.org_id = v_org
        UNION ALL SELECT ROW (v.id, v.updated_at, true) FROM field_visibility_rules v WHERE v.org_id = v_org
        UNION ALL SELECT ROW (e.id, e.updated_at, true) FROM events e
        WHERE e.org_id = v_org AND e.is_active AND (e.ends_at > now() - interval '90 days') IS NOT FALSE
        UNION ALL SELECT ROW (s.org_id, s.updated_at, true) FROM organization_settings s WHERE s.org_id = v_org) r;
    IF v_stamp = p_known THEN
        RETURN jsonb_build_object('stamp', v_stamp);
    END IF;
    RETURN (
        SELECT jsonb_build_object('stamp', v_stamp, 'timezone', s.timezone, 'assigns', s.auto_assign_enabled, 'types', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', t.id, 'name', t.name, 'default_priority', t.default_priority, 'default_routing', t.default_routing,
                'department_id', t.department_id, 'workflow_id', t.workflow_id, 'allowed_roles', t.allowed_roles,
                'match_rules', t.match_rules, 'requires_event', t.requires_event, 'assign_by', t.assign_by, 'team_id', t.team_id,
                'partner', CASE WHEN is_partner(t.assigned_org_id) THEN t.assigned_org_id END)
                ORDER BY t.sort_order, t.created_at, t.id), '[]')
            FROM request_types t WHERE t.org_id = v_org AND t.is_active
        ), 'rules', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', r.id, 'name', r.name, 'sort_order', r.sort_order, 'conditions', r.conditions,
                'request_type_id', r.request_type_id, 'department_id', r.department_id, 'assignee_id', r.assignee_id,
                'priority', r.priority, 'tags', r.tags, 'assign_by', r.assign_by, 'team_id', r.team_id)
                ORDER BY r.sort_order, r.created_at, r.id), '[]')
            FROM routing_rules r WHERE r.org_id = v_org AND r.is_active
        ), 'fields', f.required, 'optional', f.optional, 'events', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'name', e.name)
                ORDER BY e.starts_at DESC NULLS LAST, e.name, e.id), '[]')
            FROM (SELECT e.* FROM events e
                  WHERE e.org_id = v_org AND e.is_active AND (e.ends_at > now() - interval '90 days') IS NOT FALSE
                  ORDER BY e.starts_at DESC NULLS LAST, e.name, e.id LIMIT 500) e))
        FROM organization_settings s CROSS JOIN (
            SELECT coalesce(jsonb_agg(f.told ORDER BY f.place) FILTER (WHERE f.is_required), '[]') AS required,
                   coalesce(jsonb_agg(f.told ORDER BY f.place) FILTER (WHERE NOT f.is_required), '[]') AS optional
            FROM (
                SELECT f.is_required, row_number() OVER (ORDER BY f.sort_order, f.created_at, f.id) AS place,
                       jsonb_build_object(
                    'key', f.key, 'label', f.label, 'type', f.type, 'options', f.options,
                    'validation_rules', f.validation_rules, 'shown', (
                        SELECT coalesce(jsonb_agg(jsonb_build_object(
                            'request_type_id', v.request_type_id, 'user_roles', v.user_roles,
                            'show_to_customers', v.show_to_customers, 'additional_conditions', v.additional_conditions)), '[]')
                        FROM field_visibility_rules v WHERE v.org_id = v_org AND v.field_definition_id = f.id)) AS told
                FROM field_definitions f WHERE f.org_id = v_org AND f.entity = 'ticket' AND f.is_active) f) f
        WHERE s.org_id = v_org);
END
$$;
GRANT EXECUTE ON FUNCTION routing_table (text) TO postern_app;
