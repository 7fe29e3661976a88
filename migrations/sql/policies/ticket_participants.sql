-- Decided by the context only: tickets ask here, so this may not ask tickets.
ALTER TABLE ticket_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE ticket_participants FORCE ROW LEVEL SECURITY;
CREATE POLICY staff ON ticket_participants
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY self ON ticket_participants FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND profile_id = nullif(current_setting('app.profile_id', true), '')::uuid);
