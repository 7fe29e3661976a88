-- Admins say which old mail is left alone, and may have any of it fetched; the registrar writes down and forgets for the fetcher.
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_uidls TO postern_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_uidls TO postern_registrar;
CREATE POLICY managed ON mailbox_uidls
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON mailbox_uidls TO postern_registrar
    USING (true)
    WITH CHECK (true);
