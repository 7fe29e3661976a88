-- Of which tickets the words changed: one row for a statement, so that filing pays next to nothing for the search. What goes
-- with its organization needs no new words.
CREATE FUNCTION note_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO words_waiting (org_id, ticket_ids)
    SELECT n.org_id, array_agg(DISTINCT n.ticket_id) FROM changed n
    WHERE EXISTS (SELECT FROM organizations o WHERE o.id = n.org_id) GROUP BY n.org_id;
    RETURN NULL;
END
$$;
