-- Who acts in this transaction: the profile in the context, or the organization's own system profile where it acts itself.
-- An admin at the desk may act without a profile and is the organization too; an agent, customer or guest is somebody.
CREATE FUNCTION acting_profile() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        nullif(current_setting('app.profile_id', true), '')::uuid,
        (SELECT id FROM profiles
         WHERE org_id = nullif(current_setting('app.org_id', true), '')::uuid AND role = 'system'
           AND current_setting('app.role', true) IN ('system', 'admin'))
    )
$$;
GRANT EXECUTE ON FUNCTION acting_profile () TO postern_app;
