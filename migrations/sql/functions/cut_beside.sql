-- The lesser half of `cut_tickets`: what was written down about tickets beside what was said on them.
CREATE FUNCTION cut_beside(p_tickets uuid[], p_pattern text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    IF p_pattern IS NULL THEN
        DELETE FROM notifications n WHERE n.org_id = v_org AND n.ticket_id = ANY (p_tickets);
        DELETE FROM held_comments h WHERE h.org_id = v_org AND h.ticket_id = ANY (p_tickets);
        DELETE FROM command_log l WHERE l.org_id = v_org AND l.ticket_id = ANY (p_tickets);
        DELETE FROM message_ids m WHERE m.org_id = v_org AND m.ticket_id = ANY (p_tickets);
        DELETE FROM webhook_calls w WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets);
    END IF;
    UPDATE notifications n SET title = cut(n.title, p_pattern), content = cut_json(n.content, p_pattern)
    WHERE n.org_id = v_org AND n.ticket_id = ANY (p_tickets) AND concat(n.title, n.content) ~* p_pattern;
    UPDATE held_comments h SET text = cut(h.text, p_pattern), html = cut_html(h.html, h.text, p_pattern)
    WHERE h.org_id = v_org AND h.ticket_id = ANY (p_tickets) AND concat(h.text, h.html) ~* p_pattern;
    UPDATE command_log l SET command = cut(l.command, p_pattern), detail = cut(l.detail, p_pattern)
    WHERE l.org_id = v_org AND l.ticket_id = ANY (p_tickets) AND concat(l.command, l.detail) ~* p_pattern;
    UPDATE ticket_feedback f SET comment = cut(f.comment, p_pattern)
    WHERE f.org_id = v_org AND f.ticket_id = ANY (p_tickets) AND f.comment <> cut(f.comment, p_pattern);
    UPDATE hook_runs k SET answer = cut(k.answer, p_pattern)
    WHERE k.org_id = v_org AND k.ticket_id = ANY (p_tickets) AND k.answer <> cut(k.answer, p_pattern);
    UPDATE outgoing o SET context = cut_json(o.context, p_pattern), answer = cut(o.answer, p_pattern),
                          recipient_name = cut(o.recipient_name, p_pattern), sender_name = cut(o.sender_name, p_pattern)
    WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets)
      AND concat_ws(' ', o.context, o.answer, o.recipient_name, o.sender_name) ~* p_pattern;
    UPDATE deliveries d SET answer = cut(d.answer, p_pattern)
    FROM outgoing o WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets)
      AND d.org_id = o.org_id AND d.outgoing_id = o.id AND d.answer ~* p_pattern;
    UPDATE webhook_calls w SET answer = cut(w.answer, p_pattern)
    WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets) AND w.answer ~* p_pattern;
    UPDATE deliveries d SET answer = cut(d.answer, p_pattern)
    FROM webhook_calls w WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets)
      AND d.org_id = w.org_id AND d.call_id = w.id AND d.answer ~* p_pattern;
    PERFORM cut_talks(ARRAY(SELECT s.id FROM chat_sessions s WHERE s.org_id = v_org AND s.ticket_id = ANY (p_tickets)), p_pattern);
END
$$;
