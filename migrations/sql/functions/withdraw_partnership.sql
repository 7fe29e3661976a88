-- Take an offer of partnership back, which ends the partnership; the other's offer stays. A slug that nobody has, or that
-- was never offered anything, is answered likewise.
CREATE FUNCTION withdraw_partnership(p_slug text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_ours uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_theirs uuid;
BEGIN
    IF v_ours IS NULL OR coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an organization and its admins withdraw its offer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT o.id INTO v_theirs FROM organizations o WHERE o.slug = lower(p_slug);
    IF v_theirs IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'partners ' || least(v_ours, v_theirs) || ' ' || greatest(v_ours, v_theirs), 0));
    DELETE FROM organization_partners p WHERE p.org_id = v_ours AND p.partner_org_id = v_theirs;
    UPDATE organization_partners p SET agreed_at = NULL WHERE p.org_id = v_theirs AND p.partner_org_id = v_ours;
END
$$;
GRANT EXECUTE ON FUNCTION withdraw_partnership (text) TO postern_app;
