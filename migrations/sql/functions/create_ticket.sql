-- The first door for one ticket: `create_tickets` with one element.
CREATE FUNCTION create_ticket(p_ticket jsonb) RETURNS TABLE (ticket_id uuid, ticket_number text, history_id uuid)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM create_tickets(jsonb_build_array(p_ticket))
$$;
GRANT EXECUTE ON FUNCTION create_ticket (jsonb) TO postern_app;
