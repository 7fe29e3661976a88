-- Bytes are seen by whoever sees a file that holds them, and never changed; everybody who may add a file puts some in.
GRANT SELECT, INSERT, DELETE ON blobs TO postern_app;
CREATE POLICY managed ON blobs
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY given ON blobs FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('agent', 'customer', 'guest'));
CREATE POLICY seen ON blobs FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (
        SELECT FROM ticket_attachments a
        WHERE a.org_id = blobs.org_id AND a.sha256 = blobs.sha256));
