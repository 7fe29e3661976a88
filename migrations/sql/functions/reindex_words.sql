-- Let all words of an organization be made anew, the newest tickets first, fifty at a time.
CREATE FUNCTION reindex_words(p_org uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO words_waiting (org_id, ticket_ids)
    SELECT p_org, array_agg(t.id)
    FROM (SELECT o.id, (row_number() OVER (ORDER BY o.id DESC) - 1) / 50 AS part FROM tickets o WHERE o.org_id = p_org) t
    GROUP BY t.part ORDER BY t.part;
    INSERT INTO words_waiting (org_id, article_ids)
    SELECT p_org, array_agg(r.id) FROM articles r WHERE r.org_id = p_org HAVING count(*) > 0;
$$;
GRANT EXECUTE ON FUNCTION reindex_words (uuid) TO postern_registrar;
