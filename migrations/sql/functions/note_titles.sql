-- As `note_words`, for revisions that give a ticket another title or description, the first one included.
CREATE FUNCTION note_titles() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO words_waiting (org_id, ticket_ids)
    SELECT n.org_id, array_agg(n.ticket_id) FROM changed n WHERE n.changes ?| '{title,description}' GROUP BY n.org_id;
    RETURN NULL;
END
$$;
