-- The definer functions of the registrar, each with its reason: what they must see lies in more than one organization.
SET LOCAL ROLE postern_owner;
ALTER FUNCTION resolve_address (text) OWNER TO postern_registrar;                     -- the door asks before it knows whose mail it is
ALTER FUNCTION claim_address (uuid, text) OWNER TO postern_registrar;                 -- addresses are unique over all organizations
ALTER FUNCTION our_addresses (text[]) OWNER TO postern_registrar;                     -- reads that same table
ALTER FUNCTION note_repeats (uuid[], uuid[], bytea[]) OWNER TO postern_registrar;     -- the door may not read what it stored
ALTER FUNCTION claim_raw_mail (uuid[], interval, boolean) OWNER TO postern_registrar; -- a batch holds mail of many organizations
ALTER FUNCTION waiting_raw_mail (integer) OWNER TO postern_registrar;                 -- so does the sweep
ALTER FUNCTION claim_outgoing (uuid[], interval) OWNER TO postern_registrar;          -- as claim_raw_mail
ALTER FUNCTION waiting_outgoing (integer) OWNER TO postern_registrar;                 -- as waiting_raw_mail
ALTER FUNCTION list_organizations () OWNER TO postern_registrar;                      -- the operator's desk
ALTER FUNCTION postern_metrics () OWNER TO postern_registrar;                         -- counts over everything

-- Definer functions of the owner: create_tickets and update_tickets are the doors; note_activity and
-- provision_organization write, for any writer, what the writer itself may not.
GRANT EXECUTE ON FUNCTION acting_profile (), create_tickets (jsonb), create_ticket (jsonb), update_tickets (jsonb),
    update_ticket (uuid, jsonb, text) TO postern_app;
SET LOCAL ROLE postern_registrar;
GRANT EXECUTE ON FUNCTION claim_address (uuid, text), our_addresses (text[]), claim_raw_mail (uuid[], interval, boolean),
    waiting_raw_mail (integer), claim_outgoing (uuid[], interval), waiting_outgoing (integer), list_organizations (),
    postern_metrics () TO postern_app;
GRANT EXECUTE ON FUNCTION resolve_address (text), note_repeats (uuid[], uuid[], bytea[]), postern_metrics ()
    TO postern_gateway;
RESET ROLE;
