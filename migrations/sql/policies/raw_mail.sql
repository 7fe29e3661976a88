-- Workers and admins of the organization; the door only puts in, for any organization; the registrar leases.
ALTER TABLE raw_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE raw_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY managed ON raw_mail
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND current_setting('app.role', true) IN ('system', 'admin'));
CREATE POLICY door ON raw_mail FOR INSERT TO postern_gateway
    WITH CHECK (true);
CREATE POLICY registrar ON raw_mail TO postern_registrar
    USING (true)
    WITH CHECK (true);
