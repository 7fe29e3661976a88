-- Offer another organization to take each other's tickets; true once both offered. A slug that nobody has is answered like
-- an offer that waits.
CREATE FUNCTION offer_partnership(p_slug text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_ours organizations%ROWTYPE;
    v_theirs uuid;
BEGIN
    SELECT o.* INTO v_ours FROM organizations o
    WHERE o.id = nullif(current_setting('app.org_id', true), '')::uuid
      AND current_setting('app.role', true) IN ('system', 'admin');
    IF v_ours.id IS NULL THEN
        RAISE EXCEPTION 'only an organization and its admins offer partnership' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF v_ours.slug = lower(p_slug) THEN
        RAISE EXCEPTION 'an organization is no partner of its own' USING ERRCODE = 'check_violation';
    END IF;
    SELECT o.id INTO v_theirs FROM organizations o WHERE o.slug = lower(p_slug);
    IF v_theirs IS NULL THEN
        RETURN false;
    END IF;

    -- Two that offer each other in the same moment wait, so that the second sees the first.
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'partners ' || least(v_ours.id, v_theirs) || ' ' || greatest(v_ours.id, v_theirs), 0));
    INSERT INTO organization_partners (org_id, partner_org_id, offered_by)
    SELECT v_ours.id, v_theirs, p.id FROM profiles p
    WHERE p.org_id = v_ours.id
      AND (p.id = nullif(current_setting('app.profile_id', true), '')::uuid OR p.role = 'system')
    ORDER BY p.role = 'system' LIMIT 1
    ON CONFLICT DO NOTHING;
    IF NOT is_partner(v_theirs) THEN
        RETURN false;
    END IF;
    UPDATE organization_partners p SET agreed_at = now()
    WHERE (p.org_id, p.partner_org_id) IN ((v_ours.id, v_theirs), (v_theirs, v_ours.id)) AND p.agreed_at IS NULL;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION offer_partnership (text) TO postern_app;
