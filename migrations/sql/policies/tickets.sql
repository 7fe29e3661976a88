-- Agents see the organization's tickets, a customer their own and those they take part in.
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;
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
