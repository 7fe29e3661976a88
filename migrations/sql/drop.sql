-- Every table and domain of the schema, and nothing of what else an administrator keeps in the database.
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
              AND pg_get_userbyid(relowner) = 'postern_owner' LOOP
        EXECUTE format('DROP TABLE %I CASCADE', it.relname);
    END LOOP;
    FOR it IN SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'd'
              AND pg_get_userbyid(typowner) = 'postern_owner' LOOP
        EXECUTE format('DROP DOMAIN %I CASCADE', it.typname);
    END LOOP;
END
$$;
