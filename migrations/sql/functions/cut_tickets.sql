-- Take what must go out of tickets and of everything that hangs on them: these texts, in capitals or not, or all that was said
-- if none are given. The original mails go in either case, as a text may stand in them in any encoding; so do the letters, or
-- with a text the files that hold it as it is written. Numbers, times, people and stages stay. Answers the letters that went.
CREATE FUNCTION cut_tickets(p_tickets uuid[], p_spans text[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_all boolean := p_spans IS NULL;
    v_pattern text := span_pattern(p_spans);
BEGIN
    IF coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') OR v_all <> (v_pattern IS NULL) THEN
        RAISE EXCEPTION 'only an admin may erase what was said' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM lock_tickets(p_tickets);
    PERFORM refuse_held(p_tickets, NULL);
    PERFORM 1 FROM outgoing o WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) ORDER BY o.id FOR UPDATE;
    PERFORM 1 FROM webhook_calls w WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets) ORDER BY w.id FOR UPDATE;
    IF EXISTS (SELECT FROM outgoing o WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) AND o.state = 'sending'
               AND o.leased_until > now()) OR EXISTS (SELECT FROM webhook_calls w WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets)
               AND w.state = 'sending' AND w.leased_until > now()) THEN
        RAISE EXCEPTION 'a letter about it is being sent in this moment; ask again in a minute' USING ERRCODE = 'object_in_use';
    END IF;

    PERFORM cut_revisions(p_tickets, v_pattern);
    PERFORM empty_mails(ARRAY(
        SELECT r.id FROM raw_mail r WHERE r.org_id = v_org AND r.ticket_id = ANY (p_tickets)
        UNION SELECT c.raw_mail_id FROM ticket_comments c WHERE c.org_id = v_org AND c.ticket_id = ANY (p_tickets)
        UNION SELECT h.raw_mail_id FROM held_comments h WHERE h.org_id = v_org AND h.ticket_id = ANY (p_tickets)
        UNION SELECT l.raw_mail_id FROM command_log l WHERE l.org_id = v_org AND l.ticket_id = ANY (p_tickets)));

    UPDATE tickets t SET title = cut(t.title, v_pattern), custom_fields = cut_json(t.custom_fields, v_pattern),
                         metadata = cut_json(t.metadata, v_pattern),
                         requester_organization = cut(t.requester_organization, v_pattern),
                         user_agent = cut(t.user_agent, v_pattern),
                         source_ip = CASE WHEN NOT v_all THEN t.source_ip END,
                         erased_at = CASE WHEN v_all THEN now() ELSE t.erased_at END
    WHERE t.org_id = v_org AND t.id = ANY (p_tickets);
    UPDATE ticket_comments c SET text = n.text, full_text = n.full_text, html = n.html, metadata = n.metadata,
                                 message_id = n.message_id
    FROM ticket_comments o CROSS JOIN LATERAL (
        SELECT cut(o.text, v_pattern) AS text, CASE WHEN NOT v_all THEN cut(o.full_text, v_pattern) END AS full_text,
               cut_html(o.html, concat_ws(E'\n', o.text, o.full_text), v_pattern) AS html,
               cut_json(o.metadata, v_pattern) AS metadata, CASE WHEN NOT v_all THEN o.message_id END AS message_id
    ) n
    WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) AND c.org_id = o.org_id AND c.id = o.id
      AND (n.text, n.full_text, n.html, n.metadata, n.message_id)
          IS DISTINCT FROM (o.text, o.full_text, o.html, o.metadata, o.message_id);
    DELETE FROM ticket_attachments a
    WHERE a.org_id = v_org AND a.ticket_id = ANY (p_tickets) AND (v_all OR EXISTS (
        SELECT FROM blobs b CROSS JOIN unnest(p_spans) AS s (said)
        WHERE b.org_id = a.org_id AND b.sha256 = a.sha256
          AND (a.content_type = 'message/rfc822' OR position(convert_to(s.said, 'UTF8') IN b.content) > 0)));
    UPDATE ticket_attachments a SET name = cut(a.name, v_pattern)
    WHERE a.org_id = v_org AND a.ticket_id = ANY (p_tickets) AND a.name ~* v_pattern;
    PERFORM cut_beside(p_tickets, v_pattern);

    RETURN QUERY
    SELECT o.id FROM outgoing o
    WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) AND (v_all OR o.state NOT IN ('queued', 'deferred'));
    DELETE FROM outgoing o WHERE v_all AND o.org_id = v_org AND o.ticket_id = ANY (p_tickets);
END
$$;
GRANT EXECUTE ON FUNCTION cut_tickets (uuid[], text[]) TO postern_app;
