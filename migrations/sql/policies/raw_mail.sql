-- Workers and admins of the organization, agents what is on a ticket they see; the doors only put in, for any
-- organization; the registrar leases.
GRANT SELECT, UPDATE ON raw_mail TO postern_app;
-- The processes that face the internet store mail and can read none of it back (rule 5).
GRANT INSERT (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)
    ON raw_mail TO postern_gateway, postern_fetcher;
GRANT SELECT, UPDATE ON raw_mail TO postern_registrar;
CREATE POLICY managed ON raw_mail
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY staff ON raw_mail FOR SELECT
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) = 'agent' AND EXISTS (
        SELECT FROM tickets t
        WHERE t.org_id = raw_mail.org_id AND t.id = raw_mail.ticket_id));
CREATE POLICY door ON raw_mail FOR INSERT TO postern_gateway, postern_fetcher
    WITH CHECK (true);
CREATE POLICY registrar ON raw_mail TO postern_registrar
    USING (true)
    WITH CHECK (true);
