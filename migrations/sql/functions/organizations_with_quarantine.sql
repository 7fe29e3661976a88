-- Organizations with mails in quarantine of which nobody was told yet; what they are is theirs to see. Of what is older than a
-- week nobody is told any more.
CREATE FUNCTION organizations_with_quarantine() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id FROM organizations o
    WHERE o.is_active AND EXISTS (
        SELECT FROM raw_mail r
        WHERE r.org_id = o.id AND r.stage = 'quarantined' AND r.processed_at > now() - interval '7 days'
          AND NOT is_told(r.trace))
$$;
GRANT EXECUTE ON FUNCTION organizations_with_quarantine () TO postern_app;
