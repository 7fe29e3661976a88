-- Put a row of the audit log at the end of its organization's chain, which begins with the organization's identifier. Who comes
-- at the same time waits for the lock of the head. What somebody put beyond its end by hand is passed over, and proves itself.
CREATE FUNCTION chain_act(p_org uuid, p_act uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_head audit_heads;
    v_row audit_log;
BEGIN
    INSERT INTO audit_heads (org_id, place, hash)
    SELECT p_org, 0, sha256(uuid_send(p_org))
    WHERE EXISTS (SELECT FROM audit_log a WHERE a.org_id = p_org AND a.id = p_act)  -- else it went with its organization
    ON CONFLICT DO NOTHING;
    SELECT * INTO v_head FROM audit_heads h WHERE h.org_id = p_org FOR UPDATE;
    SELECT * INTO v_row FROM audit_log a WHERE a.org_id = p_org AND a.id = p_act AND a.place IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    v_row.place := greatest(v_head.place, (SELECT max(a.place) FROM audit_log a WHERE a.org_id = p_org)) + 1;
    v_row.digest := audit_digest(v_row.changes);
    v_row.hash := audit_hash(v_head.hash, v_row);
    UPDATE audit_log a SET place = v_row.place, digest = v_row.digest, hash = v_row.hash
    WHERE a.org_id = p_org AND a.id = p_act;
    UPDATE audit_heads h SET place = v_row.place, hash = v_row.hash WHERE h.org_id = p_org;
END
$$;
