-- What every organization starts with: settings, its system profile, a usable workflow.
CREATE FUNCTION provision_organization() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_flow uuid := uuidv7();
    v_stages uuid[] := ARRAY[uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()];
BEGIN
    INSERT INTO organization_settings (org_id, provisioned_at) VALUES (NEW.id, now());
    INSERT INTO profiles (org_id, username, name, role) VALUES (NEW.id, 'system', NEW.name, 'system');
    INSERT INTO workflows (org_id, id, name, is_default) VALUES (NEW.id, v_flow, 'Default', true);
    INSERT INTO workflow_stages (org_id, workflow_id, id, name, category, is_start, is_end, next_stage_id, prev_stage_id)
    SELECT NEW.id, v_flow, v_stages[s.place], s.name, s.category, s.place = 1, s.place = 5,
           v_stages[s.place + 1], v_stages[s.place - 1]
    FROM (VALUES (1, 'New', 'open'), (2, 'In progress', 'in_progress'),
                 (3, 'Waiting for customer', 'waiting_on_customer'), (4, 'Resolved', 'resolved'),
                 (5, 'Closed', 'closed')) AS s (place, name, category);
    RETURN NULL;
END
$$;
