-- A custom field that is new, or what the one of that key is from now on; what has values keeps its type.
INSERT INTO field_definitions (org_id, entity, key, label, type, is_required, default_value, options, validation_rules,
                               sort_order, is_active, description, placeholder)
VALUES (:org, :entity, :key, :label, :type, :is_required, CAST(:default_value AS jsonb), CAST(:options AS jsonb),
        CAST(:validation_rules AS jsonb), :sort_order, :is_active, :description, :placeholder)
ON CONFLICT (org_id, entity, key) DO UPDATE SET
    label = EXCLUDED.label, is_required = EXCLUDED.is_required, default_value = EXCLUDED.default_value,
    options = EXCLUDED.options, validation_rules = EXCLUDED.validation_rules, sort_order = EXCLUDED.sort_order,
    is_active = EXCLUDED.is_active, description = EXCLUDED.description, placeholder = EXCLUDED.placeholder
    WHERE field_definitions.type = EXCLUDED.type
RETURNING id
