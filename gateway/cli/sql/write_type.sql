-- A request type that is new, or what it is from now on; to which partner its tickets go stays as it is.
INSERT INTO request_types (org_id, id, name, sort_order, is_active, description, category, default_priority, department_id,
                           workflow_id, requires_event, allowed_roles, match_rules, assign_by, team_id)
VALUES (:org, :id, :name, :sort_order, :is_active, :description, :category, :default_priority, :department_id, :workflow_id,
        :requires_event, :allowed_roles, CAST(:match_rules AS jsonb), :assign_by, :team_id)
ON CONFLICT (org_id, id) DO UPDATE SET
    name = EXCLUDED.name, sort_order = EXCLUDED.sort_order, is_active = EXCLUDED.is_active,
    description = EXCLUDED.description, category = EXCLUDED.category, default_priority = EXCLUDED.default_priority,
    department_id = EXCLUDED.department_id, workflow_id = EXCLUDED.workflow_id, requires_event = EXCLUDED.requires_event,
    allowed_roles = EXCLUDED.allowed_roles, match_rules = EXCLUDED.match_rules, assign_by = EXCLUDED.assign_by,
    team_id = EXCLUDED.team_id
