-- Workers choose agents and keep who was last.
GRANT SELECT, INSERT, UPDATE, DELETE ON assignment_turns TO postern_app;
CREATE POLICY worked ON assignment_turns
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
