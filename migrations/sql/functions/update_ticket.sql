-- The second door for one ticket: `update_tickets` with one element. Answers the new revision, or nothing if unchanged.
CREATE FUNCTION update_ticket(p_ticket uuid, p_patch jsonb, p_reason text DEFAULT NULL)
RETURNS TABLE (ticket_id uuid, history_id uuid, changes jsonb)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM update_tickets(jsonb_build_array(
        jsonb_build_object('ticket_id', p_ticket, 'patch', p_patch, 'reason', p_reason)))
$$;
GRANT EXECUTE ON FUNCTION update_ticket (uuid, jsonb, text) TO postern_app;
