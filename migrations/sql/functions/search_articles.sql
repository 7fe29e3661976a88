-- The articles of the organization in the context in which the words stand, with how well; as `search_tickets`, the
-- registrar's, and joined by who asks with the articles that they may see.
CREATE FUNCTION search_articles(p_text text) RETURNS TABLE (article_id uuid, rank real)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT w.article_id, ts_rank(w.words, q.query)
    FROM (SELECT search_query(p_text) AS query, nullif(current_setting('app.org_id', true), '')::uuid AS org) q
    JOIN article_words w ON ARRAY[w.org_id] @> ARRAY[q.org] AND w.words @@ q.query
$$;
GRANT EXECUTE ON FUNCTION search_articles (text) TO postern_app;
