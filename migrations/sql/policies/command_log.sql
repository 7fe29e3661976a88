-- Workers write it, nobody changes it; agents see the commands on the tickets they see.
GRANT SELECT, INSERT ON command_log TO postern_app;
CREATE POLICY staff ON command_log FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t WHERE t.org_id = command_log.org_id AND t.id = command_log.ticket_id));
CREATE POLICY seen ON command_log FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY written ON command_log FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
-- For an erasure, by whoever may ask for it.
CREATE POLICY door ON command_log TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
