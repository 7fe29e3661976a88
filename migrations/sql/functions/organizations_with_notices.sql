-- Organizations with notices that have waited for a minute to go out by letter; of whom and about what is theirs to see.
CREATE FUNCTION organizations_with_notices() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT n.org_id FROM notifications n
    WHERE n.mailed_at IS NULL AND n.created_at <= now() - interval '1 minute'
$$;
GRANT EXECUTE ON FUNCTION organizations_with_notices () TO postern_app;
