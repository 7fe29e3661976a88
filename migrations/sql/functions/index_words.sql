-- Make the words of what waits anew, of all organizations, the oldest first; answers how many rows of the queue that were.
-- One at a time, or the older text could be written last; 0 where somebody is at it. What was said last comes first, so in a
-- thread that is too long to be indexed as a whole that is what is found.
CREATE FUNCTION index_words(p_most integer DEFAULT 10) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET client_min_messages = warning AS $$
DECLARE
    v_taken bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('words', 0)) THEN
        RETURN 0;
    END IF;
    WITH taken AS (
        DELETE FROM words_waiting w USING (SELECT o.org_id, o.id FROM words_waiting o ORDER BY o.id LIMIT p_most) o
        WHERE w.org_id = o.org_id AND w.id = o.id RETURNING w.org_id, w.ticket_ids, w.article_ids
    ), asked AS MATERIALIZED (
        SELECT DISTINCT k.org_id, i.id FROM taken k CROSS JOIN unnest(k.ticket_ids || k.article_ids) AS i (id)
    ), found AS MATERIALIZED (
        SELECT a.org_id, a.id, text_language(s.locale) AS language FROM asked a JOIN organization_settings s USING (org_id)
    ), of_tickets AS (
        INSERT INTO ticket_words AS w (org_id, ticket_id, words, public_words)
        SELECT f.org_id, t.id,
               weigh_words(f.language, t.title, t.number, concat_ws(E'\n', d.description, c.said), a.names),
               CASE WHEN c.internal THEN weigh_words(f.language, t.title, t.number,
                   concat_ws(E'\n', d.description, c.public), a.public) END
        FROM found f
        JOIN tickets t ON t.org_id = f.org_id AND t.id = f.id
        JOIN ticket_history h ON h.org_id = t.org_id AND h.ticket_id = t.id AND h.id = t.latest_history_id
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(c.is_internal), false) AS internal,
                   coalesce(bool_or(c.text = h.description), false) AS described,
                   string_agg(left(c.text, 20000), E'\n' ORDER BY c.created_at DESC, c.id DESC) AS said,
                   string_agg(left(c.text, 20000), E'\n' ORDER BY c.created_at DESC, c.id DESC)
                       FILTER (WHERE NOT c.is_internal) AS public
            FROM ticket_comments c WHERE c.org_id = t.org_id AND c.ticket_id = t.id
        ) c
        CROSS JOIN LATERAL (SELECT CASE WHEN NOT c.described THEN h.description END AS description) d
        CROSS JOIN LATERAL (
            SELECT string_agg(a.name, E'\n') AS names, string_agg(a.name, E'\n') FILTER (WHERE NOT m.is_internal) AS public
            FROM ticket_attachments a LEFT JOIN ticket_comments m ON m.org_id = a.org_id AND m.id = a.comment_id
            WHERE a.org_id = t.org_id AND a.ticket_id = t.id
        ) a
        ON CONFLICT (org_id, ticket_id) DO UPDATE
        SET words = EXCLUDED.words, public_words = EXCLUDED.public_words, indexed_at = now()
    ), of_articles AS (
        INSERT INTO article_words AS w (org_id, article_id, words)
        SELECT f.org_id, r.id, weigh_words(f.language, r.title, NULL, r.content, array_to_string(r.tags, ' '))
        FROM found f JOIN articles r ON r.org_id = f.org_id AND r.id = f.id
        ON CONFLICT (org_id, article_id) DO UPDATE SET words = EXCLUDED.words, indexed_at = now()
    )
    SELECT count(*) INTO v_taken FROM taken;
    RETURN v_taken;
END
$$;
GRANT EXECUTE ON FUNCTION index_words (integer) TO postern_app;
