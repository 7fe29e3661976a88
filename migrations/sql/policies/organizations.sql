-- An organization sees itself; its admins change it. Keys over all organizations are given once, by the operator's desk,
-- and never changed from inside: a refusal would tell one tenant what another holds.
GRANT SELECT ON organizations TO postern_app;
GRANT INSERT (id, name, slug, ticket_prefix, is_active, support_email, support_phone, support_message, settings)
    ON organizations TO postern_app;
GRANT UPDATE (name, ticket_prefix, is_active, support_email, support_phone, support_message, settings)
    ON organizations TO postern_app;
GRANT SELECT, INSERT (id, name, slug, ticket_prefix, is_default, created_by) ON organizations TO postern_registrar;
CREATE POLICY seen ON organizations FOR SELECT
    USING (id = nullif(current_setting('app.org_id', true), '')::uuid);
CREATE POLICY made ON organizations FOR INSERT
    WITH CHECK (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY managed ON organizations FOR UPDATE
    USING (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON organizations FOR SELECT TO postern_registrar
    USING (true);
