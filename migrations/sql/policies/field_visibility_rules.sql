-- A customer sees the rules by which a field is shown to customers.
GRANT SELECT, INSERT, UPDATE, DELETE ON field_visibility_rules TO postern_app;
CREATE POLICY managed ON field_visibility_rules
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON field_visibility_rules FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'guest'));
CREATE POLICY offered ON field_visibility_rules FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND show_to_customers);
CREATE POLICY door ON field_visibility_rules FOR SELECT TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
