-- A comment is activity on its ticket, and the first public one of an agent is the first response.
CREATE FUNCTION note_activity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE tickets t SET
        last_activity_at = greatest(t.last_activity_at, said.latest),
        first_response_at = coalesce(t.first_response_at, said.answered)
    FROM (
        SELECT n.org_id, n.ticket_id, max(n.created_at) AS latest,
               min(n.created_at) FILTER (WHERE n.sender_type = 'agent' AND NOT n.is_internal) AS answered
        FROM new_comments n GROUP BY 1, 2
    ) said
    WHERE t.org_id = said.org_id AND t.id = said.ticket_id
      AND (t.last_activity_at < said.latest OR t.first_response_at IS NULL AND said.answered IS NOT NULL);
    RETURN NULL;
END
$$;
