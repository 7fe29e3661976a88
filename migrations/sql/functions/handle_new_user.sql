-- A new login is a customer of the default organization (S0), and its admin if it has the address that the installation
-- names as that of its first admin (S1). What a login is inside an organization's context is for whoever made it there.
CREATE FUNCTION handle_new_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_role text := coalesce(current_setting('app.role', true), '');
BEGIN
    PERFORM act_for(get_or_create_default_org());
    PERFORM join_organization(NEW.id, CASE
        WHEN lower(NEW.email) = lower(nullif(current_setting('app.initial_admin_email', true), '')) THEN 'admin'
        ELSE 'customer' END);
    PERFORM act_for(NULL), set_config('app.role', v_role, true);
    RETURN NULL;
END
$$;
