-- The words of a text with their weights: title and number A, body B, names C. What is indexed is bounded, so that any mail
-- can be found by something; where its words are too many even so, it is by the first of them.
CREATE FUNCTION weigh_words(p_language regconfig, p_title text, p_number text, p_body text, p_names text) RETURNS tsvector
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN setweight(to_tsvector(p_language, left(p_title, 1000)), 'A') || array_to_tsvector(array_remove(ARRAY[lower(p_number)], NULL))
        || setweight(to_tsvector(p_language, coalesce(left(p_body, 100000), '')), 'B')
        || setweight(to_tsvector(p_language, coalesce(left(p_names, 10000), '')), 'C');
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN weigh_words(p_language, left(p_title, 200), p_number, left(p_body, 10000), left(p_names, 1000));
END
$$;
GRANT EXECUTE ON FUNCTION weigh_words (regconfig, text, text, text, text) TO postern_registrar;
