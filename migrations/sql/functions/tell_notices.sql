-- Ring for whoever got a notice, so that a program that listens on `notices` looks for it in their own context. Every listener
-- hears of everybody: the words are two identifiers, of the organization and of the person, and no more.
CREATE FUNCTION tell_notices() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('notices', n.org_id || ' ' || n.profile_id)
    FROM (SELECT DISTINCT org_id, profile_id FROM new_notices) n;
    RETURN NULL;
END
$$;
