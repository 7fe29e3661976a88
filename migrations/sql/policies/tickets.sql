-- Staff see the organization's tickets (an agent under isolation those of the own department), a customer or agent those
-- they asked, are assigned or take part in, a guest those routed to the guest's own organization.
GRANT SELECT ON tickets TO postern_app, postern_registrar;
-- The two doors write it; `postern_app` may only change what no revision records (SCHEMA.md rule 4).
GRANT UPDATE (custom_fields, metadata, source_ip, user_agent, sender_verified, spam_score, is_spam, due_at,
              requester_organization) ON tickets TO postern_app;
CREATE POLICY staff ON tickets FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
        current_setting('app.role', true) IN ('system', 'admin')
        OR current_setting('app.role', true) = 'agent' AND (
            nullif(current_setting('app.department_id', true), '') IS NULL
            OR department_id = nullif(current_setting('app.department_id', true), '')::uuid)));
CREATE POLICY own ON tickets FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('customer', 'agent') AND (
        created_by = nullif(current_setting('app.profile_id', true), '')::uuid
        OR assigned_to = nullif(current_setting('app.profile_id', true), '')::uuid
        OR EXISTS (
            SELECT FROM ticket_participants p
            WHERE p.org_id = tickets.org_id AND p.ticket_id = tickets.id
              AND p.profile_id = nullif(current_setting('app.profile_id', true), '')::uuid)));
CREATE POLICY routed ON tickets FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'guest'
           AND assigned_org_id = nullif(current_setting('app.home_org_id', true), '')::uuid
           AND routing_type IN ('organization', 'hybrid'));
CREATE POLICY handled ON tickets FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (
        current_setting('app.role', true) IN ('system', 'admin')
        OR current_setting('app.role', true) = 'agent' AND (
            nullif(current_setting('app.department_id', true), '') IS NULL
            OR department_id = nullif(current_setting('app.department_id', true), '')::uuid
            OR assigned_to = nullif(current_setting('app.profile_id', true), '')::uuid)
        OR current_setting('app.role', true) = 'guest'
            AND assigned_org_id = nullif(current_setting('app.home_org_id', true), '')::uuid
            AND routing_type IN ('organization', 'hybrid')))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY door ON tickets TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY registrar ON tickets FOR SELECT TO postern_registrar
    USING (true);
