-- The custom fields that who acts is shown (S3, S4), in their order: of tickets of a type, or of customers. A field without
-- rules is shown everywhere, one with rules where all that one of them says holds; a rule that hides a field from customers
-- is hidden from them itself, so that this has to see more than they do. The organization's own hand is shown every field.
CREATE FUNCTION shown_fields(p_entity text, p_request_type uuid, p_values jsonb) RETURNS TABLE (
    id uuid, key text, label text, description text, type text, is_required boolean, default_value jsonb,
    placeholder text, options jsonb, validation_rules jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH acting AS (
        SELECT nullif(current_setting('app.org_id', true), '')::uuid AS org, current_setting('app.role', true) AS role,
               coalesce((SELECT p.audiences FROM profiles p
                         WHERE p.org_id = nullif(current_setting('app.org_id', true), '')::uuid
                           AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid), '{}') || '{public}'::text[]
                   AS audiences
    )
    SELECT f.id, f.key, f.label, f.description, f.type, f.is_required, f.default_value, f.placeholder, f.options,
           f.validation_rules
    FROM acting a
    JOIN field_definitions f ON f.org_id = a.org AND f.entity = p_entity AND f.is_active
    WHERE a.role = 'system' OR a.role IN ('admin', 'agent', 'guest', 'customer') AND (
        NOT EXISTS (SELECT FROM field_visibility_rules r WHERE r.org_id = f.org_id AND r.field_definition_id = f.id)
        OR EXISTS (
            SELECT FROM field_visibility_rules r
            WHERE r.org_id = f.org_id AND r.field_definition_id = f.id
              AND (r.request_type_id IS NULL OR r.request_type_id = p_request_type)
              AND CASE a.role WHEN 'customer' THEN r.show_to_customers AND (r.user_roles = '{}' OR r.user_roles && a.audiences)
                              ELSE r.show_to_agents END
              AND coalesce(p_values, '{}') @> r.additional_conditions))
    ORDER BY f.sort_order, f.created_at, f.id
$$;
GRANT EXECUTE ON FUNCTION shown_fields (text, uuid, jsonb) TO postern_app;
