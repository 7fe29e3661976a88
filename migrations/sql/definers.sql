-- Every function that runs with its owner's rights, and why. What must see more than one organization is the registrar's;
-- what writes, for any writer, rows that the writer itself may not touch is the owner's.
SET LOCAL ROLE postern_owner;
ALTER FUNCTION add_guest (uuid, uuid) OWNER TO postern_registrar; -- reads the person at home and writes them here
ALTER FUNCTION advance_cursor (uuid, text, text, bigint, bigint, int8multirange) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION claim_address (uuid, text) OWNER TO postern_registrar; -- addresses are unique over all organizations
ALTER FUNCTION claim_outgoing (uuid[], interval) OWNER TO postern_registrar; -- a batch holds letters of many organizations
ALTER FUNCTION claim_raw_mail (uuid[], interval, boolean) OWNER TO postern_registrar; -- a batch holds mail of many organizations
ALTER FUNCTION door_blocks () OWNER TO postern_registrar; -- the doors' limits belong to no organization
ALTER FUNCTION is_partner (uuid) OWNER TO postern_registrar; -- reads the offer of the other organization
ALTER FUNCTION lease_mailbox (text, interval) OWNER TO postern_registrar; -- mailboxes of all organizations are fetched
ALTER FUNCTION lift_door_limit (text, text, text) OWNER TO postern_registrar; -- the doors' limits belong to no organization
ALTER FUNCTION list_organizations () OWNER TO postern_registrar; -- the operator's desk
ALTER FUNCTION list_partners () OWNER TO postern_registrar; -- reads offers and names of other organizations
ALTER FUNCTION list_routed_tickets () OWNER TO postern_registrar; -- the tickets lie in other organizations
ALTER FUNCTION mailbox_login (uuid, text) OWNER TO postern_registrar; -- the fetcher may read secrets of leased mailboxes only
ALTER FUNCTION note_door_limit (text, text, text, integer, integer, timestamptz, text) OWNER TO postern_registrar; -- as lift_door_limit
ALTER FUNCTION note_mailbox_health (uuid, text, text) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_repeats (uuid[], uuid[], bytea[]) OWNER TO postern_registrar; -- the door may not read what it stored
ALTER FUNCTION note_setting () OWNER TO postern_registrar; -- nobody writes the audit log, and settings change without a context, too
ALTER FUNCTION offer_partnership (text) OWNER TO postern_registrar; -- finds another organization by its slug
ALTER FUNCTION our_addresses (text[]) OWNER TO postern_registrar; -- reads the addresses of all organizations
ALTER FUNCTION postern_metrics () OWNER TO postern_registrar; -- counts over everything
ALTER FUNCTION read_cursor (uuid, text, text) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION release_mailbox (uuid, text) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION resolve_address (text) OWNER TO postern_registrar; -- the door asks before it knows whose mail it is
ALTER FUNCTION waiting_outgoing (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION waiting_raw_mail (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION withdraw_partnership (text) OWNER TO postern_registrar; -- finds another organization by its slug
ALTER FUNCTION create_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets come into being
ALTER FUNCTION install_defaults (uuid) OWNER TO postern_owner; -- as provision_organization, which calls it
ALTER FUNCTION note_article_version () OWNER TO postern_owner; -- no writer may touch the versions of an article
ALTER FUNCTION note_comments () OWNER TO postern_owner; -- a customer's comment is activity on a ticket they may not write
ALTER FUNCTION note_revisions () OWNER TO postern_owner; -- hook runs, timers and other people's notices are nobody's to write
ALTER FUNCTION provision_organization () OWNER TO postern_owner; -- an organization is given what it starts with
ALTER FUNCTION update_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets change

-- The doors to a ticket, which are the owner's, ask whom a ticket may be routed to, and the owner's triggers note settings;
-- what is granted before the change of the owner would go with it.
SET LOCAL ROLE postern_registrar;
GRANT EXECUTE ON FUNCTION is_partner (uuid) TO postern_owner;
GRANT EXECUTE ON FUNCTION note_setting () TO postern_owner;
SET LOCAL ROLE postern_owner;
