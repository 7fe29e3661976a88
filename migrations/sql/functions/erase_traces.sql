-- What is known of a person beside their tickets, by who they are and by their addresses.
CREATE FUNCTION erase_traces(p_profile uuid, p_addresses text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    PERFORM cut_talks(ARRAY(SELECT s.id FROM chat_sessions s WHERE s.org_id = v_org AND s.customer_id = p_profile), NULL);
    DELETE FROM ticket_participants i WHERE i.org_id = v_org AND i.profile_id = p_profile;
    DELETE FROM team_members m WHERE m.org_id = v_org AND m.profile_id = p_profile;
    DELETE FROM notifications n WHERE n.org_id = v_org AND (
        n.profile_id = p_profile OR n.type = 'limit' AND lower(concat_ws(' ', n.title, n.content)) ~ span_pattern(p_addresses));
    DELETE FROM held_comments h WHERE h.org_id = v_org AND h.author_id = p_profile;
    DELETE FROM command_log l WHERE l.org_id = v_org AND l.profile_id = p_profile;
    UPDATE ticket_feedback f SET comment = NULL
    WHERE f.org_id = v_org AND f.created_by = p_profile AND f.comment IS NOT NULL;
    UPDATE article_feedback f SET comment = NULL
    WHERE f.org_id = v_org AND f.profile_id = p_profile AND f.comment IS NOT NULL;
    DELETE FROM email_verification_tokens e WHERE e.org_id = v_org AND e.email = ANY (p_addresses);
    DELETE FROM suppressions s WHERE s.org_id = v_org AND s.address = ANY (p_addresses);
    DELETE FROM blocked_senders b WHERE b.org_id = v_org AND b.kind = 'address' AND b.value = ANY (p_addresses);
    DELETE FROM rate_limits l WHERE l.org_id = v_org AND (
        l.identifier_type = 'email' AND l.identifier = ANY (p_addresses)
        OR l.identifier_type = 'user' AND l.identifier = p_profile::text);
    DELETE FROM spam_tokens s WHERE s.org_id = v_org AND lower(s.token) ~ span_pattern(p_addresses);
    DELETE FROM org_invites i WHERE i.org_id = v_org AND lower(i.email) = ANY (p_addresses);
    UPDATE legal_holds h SET reason = '[erased]' WHERE h.org_id = v_org AND h.profile_id = p_profile;
    DELETE FROM profile_addresses a WHERE a.org_id = v_org AND a.profile_id = p_profile;
END
$$;
