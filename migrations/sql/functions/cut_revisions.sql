-- Take what must go out of the histories of tickets, and out of the words that they are found by: what remains is indexed
-- anew. For the functions that cut all of a ticket; history is append-only for everybody else.
CREATE FUNCTION cut_revisions(p_tickets uuid[], p_pattern text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('words', 0));  -- else the clock could just now write what it read before
    UPDATE ticket_history h SET title = c.title, description = c.description, changes = c.changes, reason = c.reason
    FROM ticket_history o CROSS JOIN LATERAL (
        SELECT cut(o.title, p_pattern) AS title, cut(o.description, p_pattern) AS description,
               cut_json(o.changes, p_pattern) AS changes, cut(o.reason, p_pattern) AS reason
    ) c
    WHERE o.org_id = v_org AND o.ticket_id = ANY (p_tickets) AND h.org_id = o.org_id AND h.id = o.id
      AND (c.title, c.description, c.changes, c.reason) IS DISTINCT FROM (o.title, o.description, o.changes, o.reason);
    DELETE FROM ticket_words w WHERE w.org_id = v_org AND w.ticket_id = ANY (p_tickets);
    INSERT INTO words_waiting (org_id, ticket_ids) SELECT v_org, p_tickets WHERE cardinality(p_tickets) > 0;
END
$$;
