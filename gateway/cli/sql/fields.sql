-- The custom fields of the organization in the context in their order; the one of that key where :key is given.
SELECT f.id, f.key, f.label, f.entity AS of, f.type, f.is_required AS required, f.default_value AS "default", f.options,
       f.validation_rules AS rules, f.sort_order AS "order", f.is_active, f.description, f.placeholder, (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
               'type', r.name, 'audiences', v.user_roles, 'customers', v.show_to_customers, 'agents', v.show_to_agents,
               'when', v.additional_conditions) ORDER BY v.created_at, v.id), '[]')
           FROM field_visibility_rules v
           LEFT JOIN request_types r ON r.org_id = v.org_id AND r.id = v.request_type_id
           WHERE v.org_id = f.org_id AND v.field_definition_id = f.id) AS shown
FROM field_definitions f
WHERE CAST(:key AS text) IS NULL OR f.entity = :of AND f.key = CAST(:key AS text)
ORDER BY f.entity DESC, f.sort_order, f.created_at, f.id
