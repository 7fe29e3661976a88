-- What somebody typed as a query: words, "a phrase", or, -not; `print*` is any word that begins so, and a ticket's number is
-- itself. Nothing that is typed is an error, and a text without a word to look for finds nothing.
CREATE FUNCTION search_query(p_text text) RETURNS tsquery
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET client_min_messages = warning AS $$
DECLARE
    v_language regconfig := search_language();
    v_text text := left(p_text, 1000);
    v_beginning text;
    v_query tsquery;
BEGIN
    IF btrim(v_text) ~* '^[a-z][a-z0-9]*-[0-9]{4}-[0-9]{2}-[0-9]{5,}$' THEN
        RETURN quote_literal(lower(btrim(v_text)))::tsquery;
    END IF;
    v_query := websearch_to_tsquery(v_language, regexp_replace(v_text, '\m\w+\*', ' ', 'g'));
    FOR v_beginning IN SELECT lower(m[1]) FROM regexp_matches(v_text, '\m(\w+)\*', 'g') AS m LOOP
        v_query := v_query && (quote_literal(v_beginning) || ':*')::tsquery;
    END LOOP;
    RETURN v_query;
END
$$;
GRANT EXECUTE ON FUNCTION search_query (text) TO postern_app, postern_registrar;
