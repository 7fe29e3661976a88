-- Comments that are another conversation go to a ticket of their own, which is there already, with all that hangs on them:
-- files, Message-IDs, letters, notices, calls and original mails, which tell why. A legal hold goes with them.
CREATE FUNCTION part_ticket(p_from uuid, p_to uuid, p_comments uuid[], p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_number text;
    v_title text;
    v_history uuid;
    v_moved integer;
BEGIN
    IF coalesce(current_setting('app.role', true), '') <> 'system' THEN
        RAISE EXCEPTION 'only the organization itself parts a ticket' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM lock_tickets(ARRAY[p_from, p_to]);
    UPDATE ticket_comments c SET ticket_id = p_to
    WHERE c.org_id = v_org AND c.ticket_id = p_from AND c.id = ANY (p_comments);
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    IF v_moved <> cardinality(p_comments) THEN
        RAISE EXCEPTION 'a comment is not on this ticket, or is named twice' USING ERRCODE = 'no_data_found';
    END IF;

    SELECT t.number, t.title, t.latest_history_id INTO v_number, v_title, v_history FROM tickets t WHERE t.org_id = v_org AND t.id = p_to;
    UPDATE ticket_attachments a SET ticket_id = p_to WHERE a.org_id = v_org AND a.comment_id = ANY (p_comments);
    UPDATE message_ids m SET ticket_id = p_to WHERE m.org_id = v_org AND m.comment_id = ANY (p_comments);
    UPDATE outgoing o SET ticket_id = p_to WHERE o.org_id = v_org AND o.comment_id = ANY (p_comments);
    UPDATE held_comments h SET ticket_id = p_to WHERE h.org_id = v_org AND h.comment_id = ANY (p_comments);
    UPDATE webhook_calls w SET ticket_id = p_to, history_id = v_history
    WHERE w.org_id = v_org AND w.comment_id = ANY (p_comments);
    UPDATE notifications n SET ticket_id = p_to, title = v_number || ': ' || v_title, link = '/tickets/' || v_number
    WHERE n.org_id = v_org AND n.comment_id = ANY (p_comments);
    UPDATE raw_mail r SET ticket_id = p_to,
        trace = r.trace || jsonb_build_array(jsonb_build_object('step', 'thread', 'verdict', 'parted', 'reason', p_reason))
    FROM ticket_comments c
    WHERE c.org_id = v_org AND c.id = ANY (p_comments) AND r.org_id = v_org AND r.id = c.raw_mail_id;
    INSERT INTO legal_holds (org_id, ticket_id, reason, placed_at)
    SELECT h.org_id, p_to, h.reason, h.placed_at FROM legal_holds h
    WHERE h.org_id = v_org AND h.ticket_id = p_from AND h.lifted_at IS NULL;
END
$$;
GRANT EXECUTE ON FUNCTION part_ticket (uuid, uuid, uuid[], text) TO postern_app;
