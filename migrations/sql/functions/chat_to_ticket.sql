-- Let a talk become a ticket of its customer (S2), given to the agent who had it: what was said becomes its comments, of whom
-- and when it was said, and the talk ends. Once; for that agent, admins and the organization itself.
CREATE FUNCTION chat_to_ticket(p_session uuid, p_title text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_role text := current_setting('app.role', true);
    v_talk record;
    v_ticket uuid := uuidv7();
BEGIN
    SELECT s.customer_id, s.agent_id INTO v_talk FROM chat_sessions s
    WHERE s.org_id = v_org AND s.id = p_session AND s.ticket_id IS NULL AND (
        v_role IN ('system', 'admin')
        OR v_role = 'agent' AND s.agent_id = nullif(current_setting('app.profile_id', true), '')::uuid)
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such talk' USING ERRCODE = 'no_data_found';
    END IF;
    PERFORM create_ticket(jsonb_build_object('id', v_ticket, 'requester_id', v_talk.customer_id, 'title', p_title,
                                             'assigned_to', v_talk.agent_id, 'source', 'chat'));
    INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, metadata, created_at)
    SELECT v_org, v_ticket, m.sender_id, CASE WHEN m.sender_id = v_talk.customer_id THEN 'customer' ELSE 'agent' END,
           m.content, jsonb_build_object('chat_message', m.id, 'attachments', m.attachments), m.created_at
    FROM chat_messages m WHERE m.org_id = v_org AND m.session_id = p_session
    ORDER BY m.created_at, m.id;
    UPDATE chat_sessions s SET ticket_id = v_ticket, status = 'ended', ended_at = coalesce(s.ended_at, now())
    WHERE s.org_id = v_org AND s.id = p_session;
    RETURN v_ticket;
END
$$;
GRANT EXECUTE ON FUNCTION chat_to_ticket (uuid, text) TO postern_app;
