-- Let nothing be left of a person but that there was one: the tickets that they asked lose all that was said, other threads
-- what they said in them, their name and their addresses. What staff answered to others stays, without their name. Answers
-- the letters that went, which may lie in a capture folder.
CREATE FUNCTION erase_person(p_profile uuid) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_who record;
    v_addresses text[];
    v_asked uuid[];
    v_others uuid[];
    v_known text[];
BEGIN
    SELECT p.name, p.email, p.role, p.deleted_at INTO v_who FROM profiles p
    WHERE p.org_id = v_org AND p.id = p_profile AND p.role IN ('customer', 'agent', 'admin') AND p.erased_at IS NULL FOR UPDATE;
    IF NOT FOUND OR coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'there is no such person' USING ERRCODE = 'no_data_found';
    END IF;
    IF v_who.role = 'admin' AND NOT EXISTS (SELECT FROM profiles p WHERE p.org_id = v_org AND p.id <> p_profile
                                            AND p.role = 'admin' AND p.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'an organization keeps an admin' USING ERRCODE = 'check_violation';
    END IF;
    v_addresses := ARRAY(SELECT a.address FROM profile_addresses a WHERE a.org_id = v_org AND a.profile_id = p_profile
                         UNION SELECT lower(v_who.email) WHERE v_who.email IS NOT NULL);
    v_asked := ARRAY(SELECT t.id FROM tickets t WHERE t.org_id = v_org AND t.created_by = p_profile);
    v_others := ARRAY(
        SELECT c.ticket_id FROM ticket_comments c WHERE c.org_id = v_org AND c.author_id = p_profile
        UNION SELECT a.ticket_id FROM ticket_attachments a WHERE a.org_id = v_org AND a.uploaded_by = p_profile
        UNION SELECT i.ticket_id FROM ticket_participants i WHERE i.org_id = v_org AND i.profile_id = p_profile
        UNION SELECT h.ticket_id FROM held_comments h WHERE h.org_id = v_org AND h.author_id = p_profile
        EXCEPT SELECT t.id FROM unnest(v_asked) AS t (id));
    PERFORM refuse_held(v_asked || v_others, p_profile);
    RETURN QUERY SELECT cut_tickets(v_asked, NULL);

    IF v_who.role = 'customer' THEN
        RETURN QUERY SELECT erase_comments(p_profile, v_others);
        v_known := v_addresses || CASE WHEN v_who.name ~ '\S\s+\S' THEN ARRAY[v_who.name] END;
        IF cardinality(v_others) > 0 AND cardinality(v_known) > 0 THEN
            RETURN QUERY SELECT cut_tickets(v_others, v_known);
        END IF;
    ELSE
        RETURN QUERY SELECT unname_comments(p_profile);
    END IF;
    RETURN QUERY DELETE FROM outgoing o
    WHERE o.org_id = v_org AND (
        o.profile_id = p_profile OR lower(o.recipient) = ANY (v_addresses)
        OR o.letter IN ('quarantine_digest', 'digest_answered') AND lower(o.context::text) ~ span_pattern(v_addresses)
    ) RETURNING o.id;

    PERFORM empty_mails(ARRAY(
        SELECT r.id FROM raw_mail r
        WHERE r.org_id = v_org AND (lower(r.mail_from) = ANY (v_addresses) OR r.stage <> 'filed' AND EXISTS (
            SELECT FROM unnest(v_addresses) AS a (address)
            WHERE strpos(lower(encode(substring(r.content FOR 262144), 'escape')), a.address) > 0))));
    PERFORM cut_audit(span_pattern(v_addresses));
    PERFORM erase_traces(p_profile, v_addresses);
    PERFORM forget_person(p_profile, v_addresses);
    UPDATE profiles p SET name = '[erased]', username = NULL, email = NULL, role = 'customer', department_id = NULL,
                          audiences = '{}', status = 'offline', last_active = NULL, preferences = '{}', avatar_url = NULL,
                          locale = NULL, timezone = NULL, custom_fields = '{}', metadata = '{}', added_by = NULL,
                          deleted_at = coalesce(p.deleted_at, now()), erased_at = now()
    WHERE p.org_id = v_org AND p.id = p_profile;
    PERFORM note_act('erase', 'profiles', p_profile::text);
END
$$;
GRANT EXECUTE ON FUNCTION erase_person (uuid) TO postern_app;
