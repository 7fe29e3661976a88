-- The threading index is for workers and staff.
ALTER TABLE message_ids ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_ids FORCE ROW LEVEL SECURITY;
CREATE POLICY staff ON message_ids FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY managed ON message_ids
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
