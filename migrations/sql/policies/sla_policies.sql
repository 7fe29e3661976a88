-- Agents read what was promised; admins promise.
GRANT SELECT, INSERT, UPDATE, DELETE ON sla_policies TO postern_app;
CREATE POLICY managed ON sla_policies
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON sla_policies FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
-- Whoever opens a ticket, what was promised holds for it.
CREATE POLICY door ON sla_policies FOR SELECT TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
