-- Every table keeps its tenants apart, also from its owner; without a policy it shows nobody anything.
SET LOCAL ROLE postern_owner;
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND pg_get_userbyid(relowner) = 'postern_owner' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', it.relname);
    END LOOP;
END
$$;
RESET ROLE;
