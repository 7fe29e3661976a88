-- What staff answered stays the organization's word, without their name: signature and original mail go, and the letters that
-- bore it are answered, of which a copy may lie in a capture folder.
CREATE FUNCTION unname_comments(p_author uuid) RETURNS SETOF uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_said uuid[] := ARRAY(SELECT c.id FROM ticket_comments c WHERE c.org_id = v_org AND c.author_id = p_author);
BEGIN
    PERFORM empty_mails(ARRAY(SELECT c.raw_mail_id FROM ticket_comments c WHERE c.org_id = v_org AND c.id = ANY (v_said)));
    UPDATE ticket_comments c SET full_text = NULL, html = NULL, message_id = NULL
    WHERE c.org_id = v_org AND c.id = ANY (v_said) AND num_nonnulls(c.full_text, c.html, c.message_id) > 0;
    DELETE FROM message_ids m WHERE m.org_id = v_org AND m.comment_id = ANY (v_said) AND m.direction = 'in';
    UPDATE outgoing o SET sender_name = '' WHERE o.org_id = v_org AND o.comment_id = ANY (v_said) AND o.sender_name <> '';
    RETURN QUERY SELECT o.id FROM outgoing o WHERE o.org_id = v_org AND o.comment_id = ANY (v_said);
END
$$;
