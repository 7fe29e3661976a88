-- The organizations that offered theirs the partnership of the organization in the context, by name: to all staff those
-- it agreed with, to admins also those that wait for its answer. Whom it offered itself is not told, since they may not be.
CREATE FUNCTION list_partners() RETURNS TABLE (id uuid, slug text, name text, agreed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id, o.slug, o.name, ours.org_id IS NOT NULL
    FROM organization_partners theirs
    JOIN organizations o ON o.id = theirs.org_id
    LEFT JOIN organization_partners ours ON ours.org_id = theirs.partner_org_id AND ours.partner_org_id = theirs.org_id
    WHERE theirs.partner_org_id = nullif(current_setting('app.org_id', true), '')::uuid
      AND (current_setting('app.role', true) IN ('system', 'admin')
           OR current_setting('app.role', true) = 'agent' AND ours.org_id IS NOT NULL)
    ORDER BY lower(o.name), o.id
$$;
GRANT EXECUTE ON FUNCTION list_partners () TO postern_app;
