-- Every function that runs with its owner's rights, and why. What must see more than one organization is the registrar's;
-- what writes, for any writer, rows that the writer itself may not touch is the owner's.
SET LOCAL ROLE postern_owner;
ALTER FUNCTION claim_address (uuid, text) OWNER TO postern_registrar; -- addresses are unique over all organizations
ALTER FUNCTION claim_outgoing (uuid[], interval) OWNER TO postern_registrar; -- a batch holds letters of many organizations
ALTER FUNCTION claim_raw_mail (uuid[], interval, boolean) OWNER TO postern_registrar; -- a batch holds mail of many organizations
ALTER FUNCTION list_organizations () OWNER TO postern_registrar; -- the operator's desk
ALTER FUNCTION note_repeats (uuid[], uuid[], bytea[]) OWNER TO postern_registrar; -- the door may not read what it stored
ALTER FUNCTION our_addresses (text[]) OWNER TO postern_registrar; -- reads the addresses of all organizations
ALTER FUNCTION postern_metrics () OWNER TO postern_registrar; -- counts over everything
ALTER FUNCTION resolve_address (text) OWNER TO postern_registrar; -- the door asks before it knows whose mail it is
ALTER FUNCTION waiting_outgoing (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION waiting_raw_mail (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION create_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets come into being
ALTER FUNCTION note_activity () OWNER TO postern_owner; -- a customer's comment is activity on a ticket they may not write
ALTER FUNCTION provision_organization () OWNER TO postern_owner; -- an organization is given what it starts with
ALTER FUNCTION update_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets change
