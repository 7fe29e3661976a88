-- Give an organization what it lacks to work: settings, system profile, workflow, request types, macros, a category for
-- articles, a support team, business hours. What it has is left alone, also under another name: a type is known by its
-- category, a macro by the mark in its metadata, everything else by its part. What somebody removed comes back, so
-- what is not wanted is better switched off. Only in the context of that organization; only for the owner.
CREATE FUNCTION install_defaults(p_org uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_flow uuid := uuidv7();
    v_stages uuid[] := ARRAY[uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()];
    v_hello constant text := E'Hello{% if recipient_name %} {{ recipient_name }}{% endif %},\n';
    v_farewell constant text := E'\n{{ author_name }}\n{{ organization }}';
BEGIN
    IF p_org IS DISTINCT FROM nullif(current_setting('app.org_id', true), '')::uuid THEN
        RAISE EXCEPTION 'that organization is not in this context' USING ERRCODE = 'insufficient_privilege';
    END IF;

    INSERT INTO organization_settings (org_id, provisioned_at) VALUES (p_org, now()) ON CONFLICT DO NOTHING;

    INSERT INTO profiles (org_id, username, name, role)
    SELECT p_org, 'system', o.name, 'system' FROM organizations o
    WHERE o.id = p_org AND NOT EXISTS (SELECT FROM profiles p WHERE p.org_id = p_org AND p.role = 'system');

    IF NOT EXISTS (SELECT FROM workflows w WHERE w.org_id = p_org AND w.is_default) THEN
        INSERT INTO workflows (org_id, id, name, is_default) VALUES (p_org, v_flow, 'Default', true);
        INSERT INTO workflow_stages (org_id, workflow_id, id, name, category, is_start, is_end, next_stage_id,
                                     prev_stage_id)
        SELECT p_org, v_flow, v_stages[s.place], s.name, s.category, s.place = 1, s.place = 5,
               v_stages[s.place + 1], v_stages[s.place - 1]
        FROM (VALUES (1, 'New', 'open'), (2, 'In progress', 'in_progress'),
                     (3, 'Waiting for customer', 'waiting_on_customer'), (4, 'Resolved', 'resolved'),
                     (5, 'Closed', 'closed')) AS s (place, name, category);
    END IF;

    INSERT INTO request_types (org_id, name, category, description, default_priority, requires_event, sort_order,
                               match_rules)
    SELECT p_org, d.name, lower(d.name), d.description, d.priority, d.name = 'Event', d.place,
           CASE WHEN d.words = '{}' THEN '{}' ELSE jsonb_build_object('subject', d.words) END
    FROM (VALUES
        (10, 'Billing', 'high', 'Invoices, payments and refunds',
         '{billing,charge,charged,invoice,invoices,payment,receipt,refund,subscription}'::text[]),
        (20, 'Technical', 'normal', 'Something does not work',
         '{bug,broken,cannot log in,crash,error,login,not working,password,problem}'),
        (30, 'Event', 'normal', 'An event: registration, schedule, venue',
         '{booking,event,registration,schedule,venue}'),
        (40, 'General', 'normal', 'Everything else', '{}')) AS d (place, name, priority, description, words)
    WHERE NOT EXISTS (SELECT FROM request_types t WHERE t.org_id = p_org
                      AND (t.category = lower(d.name) OR lower(t.name) = lower(d.name)));

    INSERT INTO macros (org_id, title, body, actions, created_by, metadata)
    SELECT p_org, d.title, v_hello || d.body || v_farewell,
           jsonb_build_array(jsonb_build_object('type', 'status', 'to', d.status)),
           (SELECT p.id FROM profiles p WHERE p.org_id = p_org AND p.role = 'system'),
           jsonb_build_object('default', d.status)
    FROM (VALUES ('We are looking into it', 'in_progress', $it$
thank you for your message about "{{ title }}". We are looking into it and will write to you as soon as we know more.
$it$), ('Please tell us more', 'waiting_on_customer', $it$
so that we can help you with "{{ title }}", please tell us

- what you wanted to do,
- what happened instead, and when,
- the exact words of any error message.

Simply reply to this mail.
$it$), ('It is solved', 'resolved', $it$
good news: "{{ title }}" is solved. If anything is still not as it should be, simply reply to this mail.
$it$), ('Closing for now', 'closed', $it$
we have not heard from you about "{{ title }}", so we are closing your request {{ number }} for now.

Nothing is lost: if you still need us, simply reply to this mail.
$it$)) AS d (title, status, body)
    WHERE NOT EXISTS (SELECT FROM macros m WHERE m.org_id = p_org
                      AND (m.metadata ->> 'default' = d.status OR lower(m.title) = lower(d.title)));

    INSERT INTO categories (org_id, kind, name, description)
    SELECT p_org, 'article', 'Frequently asked questions', 'What customers ask again and again'
    WHERE NOT EXISTS (SELECT FROM categories c WHERE c.org_id = p_org AND c.kind = 'article');

    INSERT INTO teams (org_id, name, description, is_support_team)
    SELECT p_org, 'Support', 'Who answers customers', true
    WHERE NOT EXISTS (SELECT FROM teams t WHERE t.org_id = p_org AND (t.is_support_team OR lower(t.name) = 'support'));

    INSERT INTO business_calendars (org_id, name, hours, is_default)
    SELECT p_org, 'Business hours', jsonb_object_agg(d.day, '[["09:00", "17:00"]]'::jsonb), true
    FROM unnest('{mon,tue,wed,thu,fri}'::text[]) AS d (day)
    HAVING NOT EXISTS (SELECT FROM business_calendars c WHERE c.org_id = p_org
                       AND (c.is_default OR lower(c.name) = 'business hours'));
END
$$;
