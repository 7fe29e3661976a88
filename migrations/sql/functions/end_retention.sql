-- Let go what an organization keeps no longer, as its settings say (`policies`, `retention`, in days): the bytes of filed mails
-- (`mails`), of those that were not filed (`quarantine`), and what was said on tickets that are closed (`tickets`). One portion
-- in the order of identifiers, after the one that is named; none of what is under a legal hold. Answers the last of the
-- portion, how many they were, and the letters that went. It is only counted unless `p_really`.
CREATE FUNCTION end_retention(p_kind text, p_after uuid, p_most integer, p_really boolean)
RETURNS TABLE (last uuid, number bigint, letters uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_days text := (SELECT s.policies -> 'retention' ->> p_kind FROM organization_settings s WHERE s.org_id = v_org);
    v_before timestamptz;
    v_last uuid;
    v_over uuid[];
BEGIN
    IF coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an admin may erase what was said' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF v_days !~ '^[1-9][0-9]{0,4}$' OR v_days IS NULL OR EXISTS (
        SELECT FROM legal_holds h
        WHERE h.org_id = v_org AND h.lifted_at IS NULL AND num_nonnulls(h.profile_id, h.ticket_id) = 0) THEN
        RETURN QUERY SELECT NULL::uuid, 0::bigint, '{}'::uuid[];
        RETURN;
    END IF;
    v_before := now() - v_days::integer * interval '1 day';
    -- Identifiers are in order of time: no row after this one is old enough.
    v_last := (lpad(to_hex((extract(epoch FROM v_before) * 1000)::bigint), 12, '0') || '7fffbfffffffffffffff')::uuid;
    v_over := CASE p_kind
        WHEN 'tickets' THEN ARRAY(
            SELECT t.id FROM tickets t
            WHERE t.org_id = v_org AND t.id > p_after AND t.closed_at < v_before AND t.last_activity_at < v_before
              AND t.erased_at IS NULL AND NOT EXISTS (
                  SELECT FROM legal_holds h WHERE h.org_id = t.org_id AND h.lifted_at IS NULL
                    AND (h.ticket_id = t.id OR h.profile_id = t.created_by))
            ORDER BY t.id LIMIT p_most)
        ELSE ARRAY(
            SELECT r.id FROM raw_mail r LEFT JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id
            WHERE r.org_id = v_org AND r.id > p_after AND r.id <= v_last AND r.content <> ''
              AND CASE p_kind WHEN 'mails' THEN r.stage = 'filed' WHEN 'quarantine' THEN r.stage IN ('quarantined', 'dropped') END
              AND NOT EXISTS (
                  SELECT FROM legal_holds h LEFT JOIN profile_addresses a ON a.org_id = h.org_id AND a.profile_id = h.profile_id
                  WHERE h.org_id = r.org_id AND h.lifted_at IS NULL
                    AND (h.ticket_id = t.id OR h.profile_id = t.created_by OR a.address = lower(r.mail_from)))
            ORDER BY r.id LIMIT p_most)
        END;
    IF p_really AND cardinality(v_over) > 0 THEN
        IF p_kind = 'tickets' THEN
            letters := ARRAY(SELECT cut_tickets(v_over, NULL));
        ELSE
            PERFORM empty_mails(v_over);
        END IF;
        IF p_kind = 'quarantine' AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.org_id = v_org AND h.lifted_at IS NULL) THEN
            WITH gone AS (  -- the letters that told of such mails
                DELETE FROM outgoing o WHERE o.org_id = v_org AND o.id <= v_last
                AND o.letter IN ('quarantine_digest', 'digest_answered') RETURNING o.id
            ) SELECT array_agg(g.id) INTO letters FROM gone g;
        END IF;
        PERFORM note_act('erase', 'retention', p_kind, jsonb_build_object('number', jsonb_build_object('to', cardinality(v_over))));
    END IF;
    RETURN QUERY SELECT v_over[cardinality(v_over)], cardinality(v_over)::bigint, coalesce(letters, '{}');
END
$$;
GRANT EXECUTE ON FUNCTION end_retention (text, uuid, integer, boolean) TO postern_app;
