-- Agents see and write all; a customer what is not internal on tickets they see, and writes as themselves.
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_comments TO postern_app;
CREATE POLICY staff ON ticket_comments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY seen ON ticket_comments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND NOT is_internal AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id));
CREATE POLICY said ON ticket_comments FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND NOT is_internal AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id) AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid AND sender_type = 'customer');
CREATE POLICY edited ON ticket_comments FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND NOT is_internal AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id) AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid AND sender_type = 'customer')
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND NOT is_internal AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id) AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid AND sender_type = 'customer');
