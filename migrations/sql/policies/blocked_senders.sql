-- Agents read whom nobody hears and may add to it, under their own name; admins take off.
GRANT SELECT, INSERT, UPDATE, DELETE ON blocked_senders TO postern_app;
CREATE POLICY staff ON blocked_senders FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent');
CREATE POLICY added ON blocked_senders FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND created_by = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY managed ON blocked_senders
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
