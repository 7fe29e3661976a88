-- Workers and admins; agents see what is held on the tickets they see.
GRANT SELECT, INSERT, UPDATE, DELETE ON held_comments TO postern_app;
CREATE POLICY staff ON held_comments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t WHERE t.org_id = held_comments.org_id AND t.id = held_comments.ticket_id));
CREATE POLICY managed ON held_comments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
