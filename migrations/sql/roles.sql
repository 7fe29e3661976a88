-- The roles of an installation (SCHEMA.md rule 3), made by an administrator with CREATEROLE who is no superuser.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('postern_owner', 'NOLOGIN'), ('postern_registrar', 'NOLOGIN'), ('postern_backup', 'NOLOGIN'),
            ('postern_app', 'LOGIN'),
            ('postern_gateway', 'LOGIN'), ('postern_fetcher', 'LOGIN')
        ) AS listed (name, login)
    LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
                EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS',
                               wanted.name, wanted.login);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- a second installation in the same cluster was quicker
        END;
    END LOOP;
    EXECUTE format('GRANT postern_owner TO %I WITH INHERIT TRUE, SET TRUE', current_user);
    -- Who makes a backup turns into this one; nobody has its sight by the way.
    EXECUTE format('GRANT postern_backup TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    -- The owner may hand functions over to the registrar but does not inherit what the registrar may see.
    GRANT postern_registrar TO postern_owner WITH INHERIT FALSE, SET TRUE;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO postern_app, postern_gateway, postern_fetcher, postern_backup;
GRANT USAGE, CREATE ON SCHEMA public TO postern_owner, postern_registrar;

SET LOCAL ROLE postern_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
RESET ROLE;
