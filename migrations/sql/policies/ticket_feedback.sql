-- Given once by the requester of a resolved ticket, and then as it is; staff reads it.
GRANT SELECT, INSERT, DELETE ON ticket_feedback TO postern_app;
CREATE POLICY managed ON ticket_feedback FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON ticket_feedback FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_feedback.org_id AND t.id = ticket_feedback.ticket_id));
CREATE POLICY own ON ticket_feedback FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND created_by = nullif(current_setting('app.profile_id', true), '')::uuid);
CREATE POLICY given ON ticket_feedback FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'customer' AND created_by = nullif(current_setting('app.profile_id', true), '')::uuid AND EXISTS (
            SELECT FROM tickets t WHERE t.org_id = ticket_feedback.org_id AND t.id = ticket_feedback.ticket_id
            AND t.created_by = nullif(current_setting('app.profile_id', true), '')::uuid AND t.status IN ('resolved', 'closed')));
CREATE POLICY noted ON ticket_feedback FOR INSERT
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'system');
CREATE POLICY removed ON ticket_feedback FOR DELETE
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
-- For an erasure, by whoever may ask for it.
CREATE POLICY door ON ticket_feedback TO postern_owner
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
