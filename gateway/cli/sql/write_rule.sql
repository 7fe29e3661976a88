-- A rule that is new, or that of the same name written anew; it keeps its age, and so its place among those of its order.
INSERT INTO routing_rules (org_id, id, name, sort_order, conditions, request_type_id, department_id, assignee_id, priority,
                           tags, assign_by, team_id)
VALUES (:org, :id, :name, :sort_order, CAST(:conditions AS jsonb), :request_type_id, :department_id, :assignee_id, :priority,
        :tags, :assign_by, :team_id)
ON CONFLICT (org_id, lower(name)) DO UPDATE SET
    name = EXCLUDED.name, sort_order = EXCLUDED.sort_order, is_active = true, conditions = EXCLUDED.conditions,
    request_type_id = EXCLUDED.request_type_id, department_id = EXCLUDED.department_id, assignee_id = EXCLUDED.assignee_id,
    priority = EXCLUDED.priority, tags = EXCLUDED.tags, assign_by = EXCLUDED.assign_by, team_id = EXCLUDED.team_id
