-- Whether who acts is an admin of the organization in the context (S0): the program says so, and where it names a person,
-- that person has to be one still.
CREATE FUNCTION is_admin() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(current_setting('app.role', true) = 'admin', false) AND EXISTS (
        SELECT FROM organizations o
        WHERE o.id = nullif(current_setting('app.org_id', true), '')::uuid
          AND (nullif(current_setting('app.profile_id', true), '') IS NULL OR EXISTS (
              SELECT FROM profiles p
              WHERE p.org_id = o.id AND p.id = nullif(current_setting('app.profile_id', true), '')::uuid
                AND p.role = 'admin' AND p.deleted_at IS NULL)))
$$;
GRANT EXECUTE ON FUNCTION is_admin () TO postern_app;
