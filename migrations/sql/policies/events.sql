-- Everybody of the organization reads what there is; admins and what imports events write.
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO postern_app;
CREATE POLICY managed ON events
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON events FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer'));
