-- Files are seen with the comment they came with, those of no comment by agents with the ticket. Agents add and remove,
-- customers and guests add to what they said themselves.
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_attachments TO postern_app;
CREATE POLICY managed ON ticket_attachments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON ticket_attachments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer', 'guest') AND EXISTS (
        SELECT FROM ticket_comments c
        WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id AND c.ticket_id = ticket_attachments.ticket_id));
CREATE POLICY loose ON ticket_attachments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND ticket_attachments.comment_id IS NULL AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_attachments.org_id AND t.id = ticket_attachments.ticket_id));
CREATE POLICY added ON ticket_attachments FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND (EXISTS (
        SELECT FROM ticket_comments c
        WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id AND c.ticket_id = ticket_attachments.ticket_id) OR ticket_attachments.comment_id IS NULL AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_attachments.org_id AND t.id = ticket_attachments.ticket_id)));
CREATE POLICY uploaded ON ticket_attachments FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('customer', 'guest') AND uploaded_by = nullif(current_setting('app.profile_id', true), '')::uuid
        AND EXISTS (
        SELECT FROM ticket_comments c
        WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id AND c.ticket_id = ticket_attachments.ticket_id AND c.author_id = nullif(current_setting('app.profile_id', true), '')::uuid));
CREATE POLICY removed ON ticket_attachments FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND (EXISTS (
        SELECT FROM ticket_comments c
        WHERE c.org_id = ticket_attachments.org_id AND c.id = ticket_attachments.comment_id AND c.ticket_id = ticket_attachments.ticket_id) OR ticket_attachments.comment_id IS NULL AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_attachments.org_id AND t.id = ticket_attachments.ticket_id)));
-- For the materialized views and the words of all organizations.
GRANT SELECT (org_id, ticket_id, comment_id, name) ON ticket_attachments TO postern_registrar;
CREATE POLICY registrar ON ticket_attachments FOR SELECT TO postern_registrar
    USING (true);
