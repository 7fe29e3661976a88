-- Take away everything that only says how tables behave, so that a step may change them; the owner sees all rows meanwhile.
SET LOCAL ROLE postern_owner;
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I', it.policyname, it.tablename);
    END LOOP;
    FOR it IN SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE NOT t.tgisinternal AND pg_get_userbyid(c.relowner) = 'postern_owner' LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', it.tgname, it.relname);
    END LOOP;
    FOR it IN SELECT relname, relkind, pg_get_userbyid(relowner) AS owner FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
              AND pg_get_userbyid(relowner) IN ('postern_owner', 'postern_registrar') ORDER BY relkind DESC LOOP
        EXECUTE format('SET LOCAL ROLE %I', it.owner);
        EXECUTE format('DROP %s IF EXISTS %I CASCADE',
                       CASE it.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, it.relname);
    END LOOP;
    FOR it IN SELECT oid::regprocedure AS signature, pg_get_userbyid(proowner) AS owner FROM pg_proc
              WHERE pronamespace = 'public'::regnamespace
              AND pg_get_userbyid(proowner) IN ('postern_owner', 'postern_registrar') LOOP
        EXECUTE format('SET LOCAL ROLE %I', it.owner);
        EXECUTE format('DROP FUNCTION %s', it.signature);
    END LOOP;
    SET LOCAL ROLE postern_owner;
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND pg_get_userbyid(relowner) = 'postern_owner' LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', it.relname);
        EXECUTE format('REVOKE ALL ON %I FROM postern_app, postern_gateway, postern_fetcher, postern_registrar, postern_backup', it.relname);
    END LOOP;
END
$$;
RESET ROLE;
