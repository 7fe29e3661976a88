-- Agents see the organization's tickets, a customer their own and those they take part in.
GRANT SELECT ON tickets TO postern_app;
-- The two doors write it; `postern_app` may only change what no revision records (SCHEMA.md rule 4).
GRANT UPDATE (custom_fields, metadata, source_ip, user_agent, sender_verified, spam_score, is_spam, due_at)
    ON tickets TO postern_app;
CREATE POLICY staff ON tickets FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY own ON tickets FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (created_by = nullif(current_setting('app.profile_id', true), '')::uuid OR assigned_to = nullif(current_setting('app.profile_id', true), '')::uuid OR EXISTS (
            SELECT FROM ticket_participants p
            WHERE p.org_id = tickets.org_id AND p.ticket_id = tickets.id AND p.profile_id = nullif(current_setting('app.profile_id', true), '')::uuid)));
CREATE POLICY handled ON tickets FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON tickets TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
