-- Where on a ticket the words stand: the passage of the latest fifty comments, of those that the reader may see, that fits
-- best, with what was found between « and ».
CREATE FUNCTION search_excerpt(p_ticket uuid, p_text text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET client_min_messages = warning AS $$
    SELECT ts_headline(l.language, f.text, l.query,
                       'StartSel=«, StopSel=», MaxWords=20, MinWords=8')
    FROM (SELECT search_language() AS language, search_query(p_text) AS query) l
    CROSS JOIN LATERAL (
        SELECT left(c.text, 20000) AS text, c.created_at, c.id FROM ticket_comments c
        WHERE c.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND c.ticket_id = p_ticket
        ORDER BY c.created_at DESC, c.id DESC LIMIT 50
    ) f
    ORDER BY ts_rank(to_tsvector(l.language, f.text), l.query) DESC, f.created_at DESC, f.id DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION search_excerpt (uuid, text) TO postern_app;
