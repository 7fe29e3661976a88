-- The custom fields of customers as rows, as S4's table has them; they are kept in `profiles.custom_fields`.
CREATE VIEW customer_field_values WITH (security_invoker) AS
SELECT p.org_id, p.id AS customer_id, f.id AS field_id, f.key AS field_name, v.said #>> '{}' AS value,
       p.created_at, p.updated_at
FROM profiles p
CROSS JOIN LATERAL jsonb_each(p.custom_fields) AS v (key, said)
JOIN field_definitions f ON f.org_id = p.org_id AND f.entity = 'customer' AND f.key = v.key
WHERE p.role = 'customer' AND p.deleted_at IS NULL AND v.said <> 'null';
GRANT SELECT ON customer_field_values TO postern_app;
