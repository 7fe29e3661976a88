-- How many tickets a month had is for the staff; counted by the door alone.
GRANT SELECT ON ticket_counters TO postern_app;
CREATE POLICY seen ON ticket_counters FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY door ON ticket_counters TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
