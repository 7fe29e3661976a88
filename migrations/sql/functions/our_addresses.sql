-- Which of these addresses are receiving addresses of the organization in the context (mail from them is our own).
CREATE FUNCTION our_addresses(p_addresses text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT address FROM receiving_addresses
    WHERE org_id = nullif(current_setting('app.org_id', true), '')::uuid AND address = ANY (p_addresses)
$$;
GRANT EXECUTE ON FUNCTION our_addresses (text[]) TO postern_app;
