-- Take texts out of a ticket, by `cut_tickets`; noted in the audit log, which does not say what they were.
CREATE FUNCTION redact_ticket(p_ticket uuid, p_spans text[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT cut_tickets(ARRAY[p_ticket], coalesce(p_spans, '{}'));
    PERFORM note_act('redact', 'tickets', p_ticket::text);
END
$$;
GRANT EXECUTE ON FUNCTION redact_ticket (uuid, text[]) TO postern_app;
