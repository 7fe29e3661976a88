-- Take out of other people's threads what somebody said there, also where others quote it: of their comments the part that was
-- quoted goes, and lines that are not theirs. What those threads await by its Message-ID may be theirs, too, and is awaited no
-- more. Answers the letters that brought it.
CREATE FUNCTION erase_comments(p_author uuid, p_tickets uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_said uuid[];
BEGIN
    v_said := ARRAY(SELECT c.id FROM ticket_comments c
                    WHERE c.org_id = v_org AND c.author_id = p_author AND c.ticket_id = ANY (p_tickets));
    WITH said AS MATERIALIZED (
        SELECT DISTINCT btrim(l.line, E' \t\r') AS line
        FROM ticket_comments c CROSS JOIN regexp_split_to_table(c.text, '\n') AS l (line)
        WHERE c.org_id = v_org AND c.id = ANY (v_said) AND length(btrim(l.line, E' \t\r')) >= 8
    ), theirs AS (
        SELECT c.id, string_agg(CASE WHEN s.line IS NULL THEN l.line ELSE '[erased]' END, E'\n' ORDER BY l.place) AS text
        FROM ticket_comments c CROSS JOIN regexp_split_to_table(c.text, '\n') WITH ORDINALITY AS l (line, place)
        LEFT JOIN said s ON s.line = btrim(l.line, E'>| \t\r')
        WHERE c.org_id = v_org AND c.ticket_id = ANY (p_tickets) AND c.author_id <> p_author
        GROUP BY c.id
    )
    UPDATE ticket_comments c SET text = t.text, full_text = NULL, html = NULL
    FROM theirs t
    WHERE c.org_id = v_org AND c.id = t.id AND (c.text <> t.text OR num_nonnulls(c.full_text, c.html) > 0);
    UPDATE ticket_comments c SET text = '[erased]', full_text = NULL, html = NULL, message_id = NULL, metadata = '{}'
    WHERE c.org_id = v_org AND c.id = ANY (v_said);
    DELETE FROM ticket_attachments a WHERE a.org_id = v_org AND a.ticket_id = ANY (p_tickets)
                                       AND (a.comment_id = ANY (v_said) OR a.uploaded_by = p_author);
    UPDATE ticket_comments c SET metadata = c.metadata - 'awaits'
    WHERE c.org_id = v_org AND c.ticket_id = ANY (p_tickets) AND c.metadata ? 'awaits';
    DELETE FROM message_ids m WHERE m.org_id = v_org AND (
        m.comment_id = ANY (v_said) OR m.ticket_id = ANY (p_tickets) AND m.comment_id IS NULL AND m.direction = 'in');
    DELETE FROM notifications n WHERE n.org_id = v_org AND n.comment_id = ANY (v_said);
    DELETE FROM webhook_calls w WHERE w.org_id = v_org AND w.comment_id = ANY (v_said);
    RETURN QUERY DELETE FROM outgoing o WHERE o.org_id = v_org AND o.comment_id = ANY (v_said) RETURNING o.id;
    UPDATE outgoing o SET context = o.context - '{in_reply_to,references}'::text[]
    WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) AND o.context ?| '{in_reply_to,references}';
END
$$;
