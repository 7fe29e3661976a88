-- A customer opens a talk and sees their own; an agent sees and takes those that wait and keeps what is theirs.
GRANT SELECT, INSERT, DELETE ON chat_sessions TO postern_app;
-- Whose talk it is never changes.
GRANT UPDATE (agent_id, status, ticket_id, metadata, ended_at) ON chat_sessions TO postern_app;
CREATE POLICY managed ON chat_sessions
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON chat_sessions FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND (status = 'waiting' OR agent_id = nullif(current_setting('app.profile_id', true), '')::uuid));
CREATE POLICY taken ON chat_sessions FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND (status = 'waiting' OR agent_id = nullif(current_setting('app.profile_id', true), '')::uuid))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND (status = 'waiting' OR agent_id = nullif(current_setting('app.profile_id', true), '')::uuid));
CREATE POLICY own ON chat_sessions FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND customer_id = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY opened ON chat_sessions FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND customer_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND status = 'waiting' AND agent_id IS NULL AND ticket_id IS NULL);
