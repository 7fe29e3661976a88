-- Of which tickets the words changed: one row for a statement, so that filing pays next to nothing for the search. What is
-- removed with its ticket needs no new words.
CREATE FUNCTION note_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    INSERT INTO words_waiting (org_id, ticket_ids)
    SELECT n.org_id, array_agg(DISTINCT n.ticket_id) FROM changed n GROUP BY n.org_id;
    RETURN NULL;
END
$$;
