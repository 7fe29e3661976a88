-- Admins may set a cursor back; the registrar leases and advances for the fetcher.
GRANT SELECT, INSERT, UPDATE, DELETE ON mailbox_cursors TO postern_app;
GRANT SELECT, INSERT, UPDATE ON mailbox_cursors TO postern_registrar;
CREATE POLICY managed ON mailbox_cursors
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY registrar ON mailbox_cursors TO postern_registrar
    USING (true)
    WITH CHECK (true);
