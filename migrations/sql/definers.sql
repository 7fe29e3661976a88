-- Every function that runs with its owner's rights, and why. What must see more than one organization is the registrar's;
-- what writes, for any writer, rows that the writer itself may not touch is the owner's.
SET LOCAL ROLE postern_owner;
ALTER FUNCTION accept_invite (uuid, bytea, uuid) OWNER TO postern_registrar; -- who accepts has no context yet
ALTER FUNCTION add_guest (uuid, uuid) OWNER TO postern_registrar; -- reads the person at home and writes them here
ALTER FUNCTION advance_cursor (uuid, text, text, bigint, bigint, int8multirange) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION chain_act (uuid, uuid) OWNER TO postern_registrar; -- as chain_audit, which calls it
ALTER FUNCTION chain_audit () OWNER TO postern_registrar; -- nobody writes the audit log, and settings change without a context, too
ALTER FUNCTION claim_address (uuid, text) OWNER TO postern_registrar; -- addresses are unique over all organizations
ALTER FUNCTION claim_outgoing (uuid[], interval) OWNER TO postern_registrar; -- a batch holds letters of many organizations
ALTER FUNCTION claim_raw_mail (uuid[], interval, boolean) OWNER TO postern_registrar; -- a batch holds mail of many organizations
ALTER FUNCTION claim_webhook_calls (uuid[], integer, interval) OWNER TO postern_registrar; -- as claim_outgoing
ALTER FUNCTION cleanup_old_notifications (integer) OWNER TO postern_registrar; -- notices end over all organizations
ALTER FUNCTION create_account (text, text, text) OWNER TO postern_registrar; -- a login is one over all organizations
ALTER FUNCTION create_admin_code (bytea, timestamptz) OWNER TO postern_registrar; -- codes belong to no organization
ALTER FUNCTION cut_audit (text) OWNER TO postern_registrar; -- the audit log is append-only for everybody else
ALTER FUNCTION cut_revisions (uuid[], text) OWNER TO postern_registrar; -- history is append-only for everybody else
ALTER FUNCTION delete_user (text) OWNER TO postern_registrar; -- a login may belong to people elsewhere, too
ALTER FUNCTION door_blocks () OWNER TO postern_registrar; -- the doors' limits belong to no organization
ALTER FUNCTION forget_person (uuid, text[]) OWNER TO postern_registrar; -- logins, guests and door limits lie beyond the organization
ALTER FUNCTION found_organization (uuid, text, text, text) OWNER TO postern_registrar; -- who founds one has no context yet
ALTER FUNCTION get_or_create_default_org () OWNER TO postern_registrar; -- who asks has no context yet
ALTER FUNCTION handle_new_org () OWNER TO postern_registrar; -- reads the login of who made an organization, and ties it to a profile
ALTER FUNCTION handle_new_user () OWNER TO postern_registrar; -- a login is made by nobody of an organization, and tied to a profile
ALTER FUNCTION index_words (integer) OWNER TO postern_registrar; -- the words of all organizations are made by one clock
ALTER FUNCTION is_partner (uuid) OWNER TO postern_registrar; -- reads the offer of the other organization
ALTER FUNCTION lease_mailbox (text, interval) OWNER TO postern_registrar; -- mailboxes of all organizations are fetched
ALTER FUNCTION lift_door_limit (text, text, text) OWNER TO postern_registrar; -- the doors' limits belong to no organization
ALTER FUNCTION list_organizations () OWNER TO postern_registrar; -- the operator's desk
ALTER FUNCTION list_partners () OWNER TO postern_registrar; -- reads offers and names of other organizations
ALTER FUNCTION list_routed_tickets () OWNER TO postern_registrar; -- the tickets lie in other organizations
ALTER FUNCTION mailbox_login (uuid, text) OWNER TO postern_registrar; -- the fetcher may read secrets of leased mailboxes only
ALTER FUNCTION mailbox_metrics (integer) OWNER TO postern_registrar; -- numbers of mailboxes of all organizations
ALTER FUNCTION mailboxes_with_news (integer) OWNER TO postern_registrar; -- the clock looks over all organizations
ALTER FUNCTION match_uidls (uuid, text, text[]) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_act (text, text, text, jsonb) OWNER TO postern_registrar; -- nobody writes the audit log
ALTER FUNCTION note_article_words () OWNER TO postern_registrar; -- as note_words, for articles
ALTER FUNCTION note_door_limit (text, text, text, integer, integer, timestamptz, text) OWNER TO postern_registrar; -- as lift_door_limit
ALTER FUNCTION note_fetching (uuid, text, double precision, timestamptz, integer, integer) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_language () OWNER TO postern_registrar; -- reads all tickets, whoever changes the language
ALTER FUNCTION note_mailbox_health (uuid, text, text, boolean) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_neglected_mailboxes () OWNER TO postern_registrar; -- the clock looks over all organizations
ALTER FUNCTION note_repeats (uuid[], uuid[], bytea[]) OWNER TO postern_registrar; -- the door may not read what it stored
ALTER FUNCTION note_setting () OWNER TO postern_registrar; -- nobody writes the audit log, and settings change without a context, too
ALTER FUNCTION offer_partnership (text) OWNER TO postern_registrar; -- finds another organization by its slug
ALTER FUNCTION note_survey (uuid, text, text, bigint, int8multirange, timestamptz) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_uidls (uuid, text, text[], bigint[]) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION note_titles () OWNER TO postern_registrar; -- as note_words, for titles
ALTER FUNCTION note_words () OWNER TO postern_registrar; -- nobody writes the queue that the clock empties
ALTER FUNCTION organizations_due () OWNER TO postern_registrar; -- the clock looks over all organizations
ALTER FUNCTION organizations_with_notices () OWNER TO postern_registrar; -- the clock looks over all organizations
ALTER FUNCTION organizations_with_quarantine () OWNER TO postern_registrar; -- the clock looks over all organizations
ALTER FUNCTION our_addresses (text[]) OWNER TO postern_registrar; -- reads the addresses of all organizations
ALTER FUNCTION postern_metrics () OWNER TO postern_registrar; -- counts over everything
ALTER FUNCTION read_cursor (uuid, text, text) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION release_address (uuid) OWNER TO postern_registrar; -- as claim_address
ALTER FUNCTION release_mailbox (uuid, text) OWNER TO postern_registrar; -- the fetcher acts for no organization
ALTER FUNCTION remove_past_limits (integer) OWNER TO postern_registrar; -- limits end over all organizations, and the doors' are nobody's
ALTER FUNCTION renew_mailboxes (uuid[], text[], interval) OWNER TO postern_registrar; -- mailboxes of all organizations are fetched
ALTER FUNCTION resolve_address (text) OWNER TO postern_registrar; -- the door asks before it knows whose mail it is
ALTER FUNCTION search_articles (text) OWNER TO postern_registrar; -- as search_tickets
ALTER FUNCTION search_language () OWNER TO postern_registrar; -- customers do not read settings
ALTER FUNCTION search_tickets (text) OWNER TO postern_registrar; -- words are looked for by an index, which no policy lets them be
ALTER FUNCTION store_access_token (uuid, text, text, bytea, text, timestamptz) OWNER TO postern_registrar; -- as mailbox_login, for renewed tokens
ALTER FUNCTION use_admin_code (bytea, uuid, uuid) OWNER TO postern_registrar; -- codes belong to no organization
ALTER FUNCTION verify_audit () OWNER TO postern_registrar; -- reads where the chain ends
ALTER FUNCTION waiting_outgoing (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION waiting_raw_mail (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION webhooks_due (integer) OWNER TO postern_registrar; -- the sweep looks over all organizations
ALTER FUNCTION withdraw_partnership (text) OWNER TO postern_registrar; -- finds another organization by its slug
ALTER FUNCTION chat_to_ticket (uuid, text) OWNER TO postern_owner; -- what a customer said becomes a comment by an agent's hand
ALTER FUNCTION check_fields () OWNER TO postern_owner; -- fields and rules are checked that their writer does not see
ALTER FUNCTION create_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets come into being
ALTER FUNCTION cut_beside (uuid[], text) OWNER TO postern_owner; -- as cut_tickets, which calls it
ALTER FUNCTION cut_tickets (uuid[], text[]) OWNER TO postern_owner; -- takes out what is written by the doors alone
ALTER FUNCTION drop_blobs (integer) OWNER TO postern_owner; -- sees every file that names a blob, whoever asks
ALTER FUNCTION end_retention (text, uuid, integer, boolean) OWNER TO postern_owner; -- as cut_tickets, and notes how much
ALTER FUNCTION erase_person (uuid) OWNER TO postern_owner; -- as cut_tickets, for all of somebody
ALTER FUNCTION erase_traces (uuid, text[]) OWNER TO postern_owner; -- as erase_person, which calls it
ALTER FUNCTION install_defaults (uuid) OWNER TO postern_owner; -- as provision_organization, which calls it
ALTER FUNCTION note_article_version () OWNER TO postern_owner; -- no writer may touch the versions of an article
ALTER FUNCTION note_comments () OWNER TO postern_owner; -- a customer's comment is activity on a ticket they may not write
ALTER FUNCTION note_export (uuid) OWNER TO postern_owner; -- what is noted is written by note_act alone
ALTER FUNCTION note_revisions () OWNER TO postern_owner; -- hook runs, timers and other people's notices are nobody's to write
ALTER FUNCTION part_ticket (uuid, uuid, uuid[], text) OWNER TO postern_owner; -- on which ticket a word was said is nobody's to change
ALTER FUNCTION provision_organization () OWNER TO postern_owner; -- an organization is given what it starts with
ALTER FUNCTION redact_ticket (uuid, text[]) OWNER TO postern_owner; -- as cut_tickets, and notes that it was
ALTER FUNCTION shown_fields (text, uuid, jsonb) OWNER TO postern_owner; -- rules that hide a field from customers are hidden from them
ALTER FUNCTION update_tickets (jsonb) OWNER TO postern_owner; -- the door by which tickets change

-- The doors to a ticket, which are the owner's, ask whom a ticket may be routed to, and the owner's triggers note settings;
-- what is granted before the change of the owner would go with it.
SET LOCAL ROLE postern_registrar;
GRANT EXECUTE ON FUNCTION is_partner (uuid) TO postern_owner;
GRANT EXECUTE ON FUNCTION note_setting (), handle_new_org (), handle_new_user (), note_article_words (), note_language (),
    note_titles (), note_words (), chain_audit (), cut_audit (text), cut_revisions (uuid[], text),
    forget_person (uuid, text[]), note_act (text, text, text, jsonb)
    TO postern_owner;
SET LOCAL ROLE postern_owner;
