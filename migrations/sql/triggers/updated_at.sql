-- `updated_at` is the time of the last change in every table that has it.
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
              WHERE a.attname = 'updated_at' AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = 'postern_owner' LOOP
        EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch()', it.relname);
    END LOOP;
END
$$;
