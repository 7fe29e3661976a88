-- Seen with the talk they belong to; agents and customers speak there as themselves.
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_messages TO postern_app;
CREATE POLICY managed ON chat_messages
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY seen ON chat_messages FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer') AND EXISTS (
        SELECT FROM chat_sessions s
        WHERE s.org_id = chat_messages.org_id AND s.id = chat_messages.session_id));
CREATE POLICY said ON chat_messages FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer') AND sender_id = nullif(current_setting('app.profile_id', true), '')::uuid
        AND EXISTS (
        SELECT FROM chat_sessions s
        WHERE s.org_id = chat_messages.org_id AND s.id = chat_messages.session_id));
