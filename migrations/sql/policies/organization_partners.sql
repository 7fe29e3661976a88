-- Staff see with whom their organization agreed. An offer that is not answered yet stays unseen, since it would tell that
-- the other organization exists; only the registrar's functions write.
GRANT SELECT ON organization_partners TO postern_app;
GRANT SELECT, INSERT, DELETE ON organization_partners TO postern_registrar;
GRANT UPDATE (agreed_at) ON organization_partners TO postern_registrar;
CREATE POLICY staff ON organization_partners FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent')
           AND agreed_at IS NOT NULL);
CREATE POLICY registrar ON organization_partners TO postern_registrar
    USING (true)
    WITH CHECK (true);
