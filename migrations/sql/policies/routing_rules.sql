-- Agents read by what rules tickets are routed; admins write them.
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_rules TO postern_app;
CREATE POLICY managed ON routing_rules
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON routing_rules FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
