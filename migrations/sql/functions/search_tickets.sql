-- The tickets of the organization in the context in which the words stand, with how well. It is the registrar's, because
-- under row level security `@@` is no index condition (SCHEMA.md rule 9), and answers identifiers only: who asks joins them
-- with the tickets that they may see. What a customer searches is their own, without internal comments: those must not be
-- found out by a `-word` either.
CREATE FUNCTION search_tickets(p_text text) RETURNS TABLE (ticket_id uuid, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_me uuid := nullif(current_setting('app.profile_id', true), '')::uuid;
    v_role text := current_setting('app.role', true);
    v_query tsquery := search_query(p_text);
BEGIN
    IF v_role IN ('system', 'admin', 'agent', 'guest') THEN
        RETURN QUERY
        SELECT w.ticket_id, ts_rank(w.words, v_query) FROM ticket_words w
        WHERE ARRAY[w.org_id] @> ARRAY[v_org] AND w.words @@ v_query;
    ELSIF v_role = 'customer' THEN
        RETURN QUERY
        SELECT w.ticket_id, ts_rank(coalesce(w.public_words, w.words), v_query) FROM ticket_words w
        WHERE w.org_id = v_org AND coalesce(w.public_words, w.words) @@ v_query AND w.ticket_id IN (
            SELECT t.id FROM tickets t WHERE t.org_id = v_org AND v_me IN (t.created_by, t.assigned_to)
            UNION ALL
            SELECT p.ticket_id FROM ticket_participants p WHERE p.org_id = v_org AND p.profile_id = v_me);
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION search_tickets (text) TO postern_app;
