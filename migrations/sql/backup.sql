-- Backups read every row of every table, which no other role can: under row level security a dump is silently partial.
SET LOCAL ROLE postern_owner;
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND pg_get_userbyid(relowner) = 'postern_owner' LOOP
        EXECUTE format('GRANT SELECT ON %I TO postern_backup', it.relname);
        EXECUTE format('CREATE POLICY backup ON %I FOR SELECT TO postern_backup USING (true)', it.relname);
    END LOOP;
END
$$;
