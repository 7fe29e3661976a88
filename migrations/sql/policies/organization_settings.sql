-- Staff read how their organization works; admins change it. It is made with the organization, by the owner's hand.
GRANT SELECT, UPDATE (department_isolation, auto_assign_enabled, email_notifications_enabled, branding, locale, timezone,
    business_hours, policies) ON organization_settings TO postern_app;
CREATE POLICY staff ON organization_settings FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY changed ON organization_settings FOR UPDATE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY door ON organization_settings TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
-- By what language the words of an organization are indexed.
GRANT SELECT (org_id, locale) ON organization_settings TO postern_registrar;
CREATE POLICY registrar ON organization_settings FOR SELECT TO postern_registrar
    USING (true);
