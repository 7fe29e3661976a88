-- Whether the organization in the context and another one agreed, both, to take each other's tickets. One that is not there
-- is answered like one that did not agree.
CREATE FUNCTION is_partner(p_org uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM organization_partners ours
        JOIN organization_partners theirs
          ON theirs.org_id = ours.partner_org_id AND theirs.partner_org_id = ours.org_id
        WHERE ours.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND ours.partner_org_id = p_org)
$$;
GRANT EXECUTE ON FUNCTION is_partner (uuid) TO postern_app;
