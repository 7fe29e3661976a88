-- What became of letters: workers write, agents read it with the letter.
GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries TO postern_app;
CREATE POLICY managed ON deliveries
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON deliveries FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM outgoing o
        WHERE o.org_id = deliveries.org_id AND o.id = deliveries.outgoing_id));
