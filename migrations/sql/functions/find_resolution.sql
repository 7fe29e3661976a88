-- What a rating is about: the revision by which the ticket left the open stages, the latest unless one is named. Closing what
-- is resolved, or changing it then, is no second resolution. The writer has to see the ticket's history.
CREATE FUNCTION find_resolution() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT h.id INTO NEW.history_id
    FROM ticket_history h
    LEFT JOIN ticket_history p ON p.org_id = h.org_id AND p.ticket_id = h.ticket_id AND p.id = h.previous_history_id
    WHERE h.org_id = NEW.org_id AND h.ticket_id = NEW.ticket_id AND h.id = coalesce(NEW.history_id, h.id)
      AND h.category IN ('resolved', 'closed') AND coalesce(p.category, 'open') NOT IN ('resolved', 'closed')
    ORDER BY h.changed_at DESC, h.id DESC LIMIT 1;
    IF NEW.history_id IS NULL THEN
        RAISE EXCEPTION 'there is no such resolution to rate' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
