-- Bytes are seen by whoever sees a file that holds them.
GRANT SELECT, INSERT, UPDATE, DELETE ON blobs TO postern_app;
CREATE POLICY staff ON blobs
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin', 'agent'));
CREATE POLICY seen ON blobs FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (
        SELECT FROM ticket_attachments a WHERE a.org_id = blobs.org_id AND a.sha256 = blobs.sha256));
