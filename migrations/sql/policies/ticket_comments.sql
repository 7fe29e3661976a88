-- Agents and guests see what was said on tickets they see, customers what is not internal; each writes as themselves.
GRANT SELECT, INSERT, DELETE ON ticket_comments TO postern_app;
-- Whose word it is, on which ticket and when, stays as it was said.
GRANT UPDATE (text, full_text, html, message_type, is_internal, message_id, metadata, edited_at) ON ticket_comments TO postern_app;
CREATE POLICY managed ON ticket_comments
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON ticket_comments FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('agent', 'guest') OR current_setting('app.role', true) = 'customer' AND NOT is_internal) AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id));
CREATE POLICY said ON ticket_comments FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('agent', 'guest') OR current_setting('app.role', true) = 'customer' AND NOT is_internal)
        AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND sender_type = CASE current_setting('app.role', true) WHEN 'customer' THEN 'customer' ELSE 'agent' END
        AND message_type IN ('reply', 'note') AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id));
CREATE POLICY edited ON ticket_comments FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('agent', 'guest') OR current_setting('app.role', true) = 'customer' AND NOT is_internal)
        AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND sender_type = CASE current_setting('app.role', true) WHEN 'customer' THEN 'customer' ELSE 'agent' END
        AND message_type IN ('reply', 'note') AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('agent', 'guest') OR current_setting('app.role', true) = 'customer' AND NOT is_internal)
        AND author_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND sender_type = CASE current_setting('app.role', true) WHEN 'customer' THEN 'customer' ELSE 'agent' END
        AND message_type IN ('reply', 'note') AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = ticket_comments.org_id AND t.id = ticket_comments.ticket_id));
-- For the materialized views and the words of all organizations.
GRANT SELECT (org_id, id, ticket_id, is_internal, text, created_at) ON ticket_comments TO postern_registrar;
CREATE POLICY registrar ON ticket_comments FOR SELECT TO postern_registrar
    USING (true);
CREATE POLICY door ON ticket_comments FOR INSERT TO postern_owner
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
