-- Files are seen with the comment they came with.
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_attachments TO postern_app;
CREATE POLICY staff ON ticket_attachments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY seen ON ticket_attachments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (
        SELECT FROM ticket_comments c WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id));
CREATE POLICY added ON ticket_attachments FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (
        SELECT FROM ticket_comments c WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id) AND uploaded_by = nullif(current_setting('app.profile_id', true), '')::uuid);
