"""Calls of every function that a login may call: from where they work, and from where they must not."""

from tests.migrations.isolation.call import Call
from tests.migrations.isolation.contexts import INSIDERS, OUTSIDERS, Context
from tests.migrations.isolation.due import DUE
from tests.migrations.isolation.prepared import BLOCKED, CLAIM, LEASED, PARTED, SUPPRESSED
from tests.migrations.isolation.world import A, D, E

_BY_NAME = {context.name: context for context in (*INSIDERS, *OUTSIDERS)}
PEOPLE = tuple(context for context in INSIDERS if context.login == "postern_app")
SYSTEM, ADMIN, AGENT, ISOLATED, CUSTOMER, OTHER, GUEST, FOREIGN, FETCHER, GATEWAY = (
    _BY_NAME[name]
    for name in ("system", "admin", "agent", "isolated", "customer", "other", "guest", "foreign", "fetcher", "gateway")
)
NOBODY, SYSTEM_OF_B, SYSTEM_OF_C, AGENT_OF_C, ADMIN_OF_B = (
    _BY_NAME[name] for name in ("nobody", "system of B", "system of C", "agent of C", "admin of B")
)
NO_FETCHER = Context("fetcher without context", login="postern_fetcher")
NO_GATEWAY = _BY_NAME["nobody at the door"]
UNNAMED = Context("system without a profile", world=A, role="system")

_INVITED = (  # whom the plain invitation is for; in a context, so that signing up does nothing more
    "SELECT set_config('app.org_id', <organizations>, true);"
    " INSERT INTO accounts (id, email) VALUES (<no.one>, <org_invites.email>)"
)
_CODE = "UPDATE admin_invite_codes SET expires_at = now() + interval '1 hour'"
_TICKET = (
    "SELECT * FROM create_tickets(jsonb_build_array(jsonb_build_object('id', <tickets.untaken>,"
    " 'requester_id', <profiles.customer>, 'title', 'A new one', 'assigned_to', <profiles.agent>)))"
)
_WITH_FIELDS = _TICKET.replace(
    ", 'assigned_to', <profiles.agent>",
    ", 'custom_fields', jsonb_build_object(<field_definitions.key>, 'x', 'event', <events>,"
    " 'file', <ticket_attachments>)<more>",
)
_ASKED = (
    "UPDATE email_verification_tokens SET expires_at = now() + interval '1 hour', used_at = NULL, attempts = 0"
    " WHERE org_id = <organizations>"
)
_BROKEN = "UPDATE mailboxes SET failing_since = '2026-01-01', last_error_at = now() WHERE org_id = <organizations>"
_NEGLECTED = "UPDATE mailboxes SET updated_at = '2026-01-01' WHERE org_id = <organizations>"
_ANSWER = (
    "SELECT * FROM answer_verification('base@example.test', CAST(<email_verification_tokens.token_digest> AS bytea))"
)
_INDEXED = (
    "SET LOCAL ROLE postern_registrar; SELECT reindex_words(<organizations>);"
    " SET LOCAL ROLE postern_app; SELECT index_words(1000); RESET ROLE"
)
_UNFILED = "UPDATE chat_sessions SET ticket_id = NULL WHERE org_id = <organizations>"
_PATCH = (
    "jsonb_build_object('title', 'Another', 'assigned_to', <profiles.colleague>,"
    " 'stage_id', <workflow_stages.resolved>)"
)


CALLS = (
    # where they work: what each does is compared with what it does without one of the policies
    Call("acting_profile", (UNNAMED, AGENT), "SELECT acting_profile()"),
    Call("create_tickets", PEOPLE, _TICKET),
    Call("create_tickets", (CUSTOMER,), _TICKET.replace(", 'assigned_to', <profiles.agent>", "")),
    Call("create_tickets", (AGENT,), _WITH_FIELDS.replace("<more>", "")),
    Call("create_tickets", (AGENT,), _WITH_FIELDS.replace("<more>", ", 'request_type_id', <request_types>")),
    Call("answer_verification", (SYSTEM,), _ANSWER, before=_ASKED),
    Call(
        "ask_verification",
        (SYSTEM,),
        "SELECT ask_verification('new@example.test', sha256('new'), '192.0.2.1', <raw_mail>)",
    ),
    Call("chat_to_ticket", (AGENT, ADMIN), "SELECT chat_to_ticket(<chat_sessions>, 'From a talk')", before=_UNFILED),
    Call("limited_until", (SYSTEM, ADMIN), "SELECT limited_until('email', 'base@example.test', 'connection')"),
    Call(
        "note_rate_limit",
        (SYSTEM,),
        "SELECT note_rate_limit('email', 'them@example.test', 'ticket_create', 9, 60, NULL, 'too often')",
    ),
    Call("shown_fields", PEOPLE, "SELECT key FROM shown_fields('ticket', <request_types>, '{}') ORDER BY key"),
    Call("create_ticket", (SYSTEM,), _TICKET.replace("create_tickets(jsonb_build_array(", "create_ticket((")),
    Call(
        "update_tickets",
        PEOPLE,
        "SELECT * FROM update_tickets(jsonb_build_array("
        f"jsonb_build_object('ticket_id', <tickets>, 'patch', {_PATCH}, 'reason', 'so')))",
    ),
    Call("update_ticket", (SYSTEM, AGENT), f"SELECT * FROM update_ticket(<tickets.other>, {_PATCH}, 'so')"),
    Call("add_guest", (SYSTEM, ADMIN), "SELECT add_guest(<organizations of C>, <profiles.agent of C>)"),
    Call("claim_address", (ADMIN,), "SELECT claim_address(<mailboxes>, 'new@example.test')"),
    Call(
        "accept_invite",
        (NOBODY,),
        "SELECT accept_invite(<organizations>, CAST(<org_invites.digest> AS bytea), <no.one>)",
        before=_INVITED,
    ),
    Call("change_role", (SYSTEM, ADMIN), "SELECT change_role(<profiles.colleague>, 'customer')"),
    Call(
        "cleanup_old_notifications",
        (NOBODY,),
        "SELECT cleanup_old_notifications()",
        before="UPDATE notifications SET expires_at = now() - interval '1 day' WHERE org_id = <organizations>",
    ),
    Call(
        "remove_past_limits",
        (NOBODY,),
        "SELECT remove_past_limits(1000)",
        before="INSERT INTO rate_limits (org_id, identifier_type, identifier, action, updated_at)"
        " VALUES (<organizations>, 'email', 'past@example.test', 'connection', '2026-01-01')",
    ),
    Call("create_account", (NOBODY,), "SELECT create_account('fresh@example.test', 'Fresh', 'hash')"),
    Call("create_admin_code", (NOBODY,), "SELECT create_admin_code(sha256('new'), now() + interval '1 hour')"),
    Call("delete_user", (SYSTEM, ADMIN), "SELECT delete_user('customer@example.test')"),
    Call("found_organization", (NOBODY,), "SELECT found_organization(<accounts>, 'New', 'new-one', 'NEW')"),
    Call("get_or_create_default_org", (NOBODY,), "SELECT get_or_create_default_org()"),
    Call(
        "use_admin_code",
        (NOBODY,),
        "SELECT use_admin_code(CAST(<admin_invite_codes.digest> AS bytea), <accounts>, <organizations of D>)",
        before=_CODE,
    ),
    Call("claim_outgoing", (NOBODY,), CLAIM),
    Call("claim_outgoing", (NOBODY,), CLAIM, before=SUPPRESSED),
    Call(
        "claim_webhook_calls", (NOBODY,), "SELECT * FROM claim_webhook_calls(ARRAY[<webhooks>]::uuid[], 9, '1 minute')"
    ),
    Call("claim_raw_mail", (NOBODY,), "SELECT * FROM claim_raw_mail(ARRAY[<raw_mail>]::uuid[], '1 minute', true)"),
    Call("door_blocks", (NOBODY, NO_GATEWAY, NO_FETCHER), "SELECT * FROM door_blocks() ORDER BY 1, 2", before=BLOCKED),
    Call("get_stage_hooks", (SYSTEM, AGENT), "SELECT * FROM get_stage_hooks(<workflow_stages.resolved>)"),
    Call("get_ticket_details", PEOPLE, "SELECT get_ticket_details(<tickets>)::text"),
    Call("get_workflow_stages", (SYSTEM, GUEST), "SELECT * FROM get_workflow_stages(<workflows>)"),
    Call(
        "index_words",
        (NOBODY,),
        "SELECT index_words(1000)",
        before=_INDEXED.partition(" SET LOCAL ROLE postern_app")[0],
    ),
    Call("part_ticket", (SYSTEM,), PARTED.format(it="<tickets>")),
    Call("cut_tickets", (SYSTEM, ADMIN), "SELECT cut_tickets(ARRAY[<tickets>, <tickets.resolved>]::uuid[], NULL)"),
    Call("redact_ticket", (SYSTEM, ADMIN), "SELECT redact_ticket(<tickets>, '{base, guest}')"),
    Call("erase_person", (SYSTEM, ADMIN), "SELECT erase_person(<profiles>)"),
    Call("verify_audit", (SYSTEM, ADMIN), "SELECT * FROM verify_audit()"),
    Call("erase_person", (ADMIN,), "SELECT erase_person(<profiles.customer>)"),
    Call("erase_person", (ADMIN,), "SELECT erase_person(<profiles.agent>)"),
    Call("empty_mails", (SYSTEM, ADMIN), "SELECT empty_mails(ARRAY[<raw_mail>]::uuid[])"),
    Call("drop_blobs", (SYSTEM, ADMIN), "SELECT drop_blobs()", before="DELETE FROM ticket_attachments"),
    Call(
        "end_retention",
        (SYSTEM, ADMIN),
        "SELECT * FROM end_retention('mails', <no.one>, 10, true)",
        before='UPDATE organization_settings SET policies = \'{"retention": {"mails": 1}}\'',
    ),
    Call("mentions", (SYSTEM, AGENT, CUSTOMER), "SELECT * FROM mentions('{base}')"),
    Call("note_export", (ADMIN,), "SELECT note_export(<profiles>)"),
    Call("is_told", (SYSTEM,), "SELECT is_told('[]')"),
    Call("span_pattern", (SYSTEM,), "SELECT span_pattern('{a.b}')"),
    Call(
        "search_tickets",
        PEOPLE,
        "SELECT t.id, s.rank FROM search_tickets('title or text or name or description') s"
        " JOIN tickets t ON t.id = s.ticket_id ORDER BY 1",
        before=_INDEXED,
    ),
    Call(
        "search_articles",
        (AGENT, CUSTOMER),
        "SELECT a.id, s.rank FROM search_articles('title') s JOIN articles a ON a.id = s.article_id ORDER BY 1",
        before=_INDEXED,
    ),
    Call("field_problem", (AGENT,), "SELECT field_problem('number', '[]', '{}', '\"five\"')"),
    Call("definition_problem", (ADMIN,), "SELECT definition_problem('number', '[]', '{\"min\": \"one\"}', NULL)"),
    Call("routing_table", (SYSTEM, ADMIN, AGENT), "SELECT routing_table('')::text"),
    Call("search_language", (CUSTOMER,), "SELECT search_language()::text"),
    Call("search_query", (CUSTOMER,), "SELECT search_query('titles')::text"),
    Call("search_excerpt", (AGENT, CUSTOMER), "SELECT search_excerpt(<tickets>, 'text')"),
    Call("is_admin", (ADMIN, AGENT), "SELECT is_admin()"),
    Call("list_org_tickets", PEOPLE, 'SELECT list_org_tickets(\'{"sort": "created"}\')::text'),
    Call("ticket_conditions", (AGENT,), 'SELECT ticket_conditions(\'{"status": "open"}\')'),
    Call("is_partner", (SYSTEM, AGENT), "SELECT is_partner(<organizations of C>)"),
    Call("lease_mailbox", (NO_FETCHER,), "SELECT * FROM lease_mailbox('holder', '1 minute')"),
    Call(
        "lease_mailbox",
        (NO_FETCHER,),
        "SELECT * FROM lease_mailbox('another', '1 minute')",
        before=LEASED.replace("'holder', now() + interval '1 hour'", "NULL, NULL"),
    ),
    Call(
        "lift_door_limit",
        (NOBODY,),
        "SELECT lift_door_limit('email', 'them@example.test', 'connection')",
        before=BLOCKED,
    ),
    Call("list_organizations", (NOBODY,), "SELECT * FROM list_organizations()"),
    Call("list_partners", (SYSTEM, ADMIN), "SELECT * FROM list_partners() ORDER BY 2"),
    Call("list_routed_tickets", (AGENT_OF_C,), "SELECT * FROM list_routed_tickets() ORDER BY 3"),
    Call("mailbox_is_broken", (SYSTEM, AGENT), "SELECT mailbox_is_broken(m) FROM mailboxes m ORDER BY m.id", _BROKEN),
    Call("mailbox_news", (SYSTEM, ADMIN), "SELECT mailbox_news(m) FROM mailboxes m ORDER BY m.id", _BROKEN),
    Call(
        "mailbox_metrics",
        (NOBODY, NO_GATEWAY, NO_FETCHER),
        "SELECT org_id, mailbox_id, name FROM mailbox_metrics(9)",
        before=_BROKEN,
    ),
    Call("mailboxes_with_news", (NOBODY,), "SELECT * FROM mailboxes_with_news(9)", before=_BROKEN),
    Call("mailbox_login", (NO_FETCHER,), "SELECT * FROM mailbox_login(<mailboxes.imap>, 'holder')", before=LEASED),
    Call(
        "advance_cursor",
        (NO_FETCHER,),
        "SELECT advance_cursor(<mailboxes.imap>, 'holder', 'INBOX', 1, 9, '{[1,9]}')",
        before=LEASED,
    ),
    Call(
        "note_uidls",
        (NO_FETCHER,),
        "SELECT note_uidls(<mailboxes.imap>, 'holder', ARRAY[<mailbox_uidls.uidl>, 'new'], ARRAY[1, 2])",
        before=LEASED,
    ),
    Call(
        "match_uidls",
        (NO_FETCHER,),
        "SELECT * FROM match_uidls(<mailboxes.imap>, 'holder', ARRAY[<mailbox_uidls.uidl>])",
        before=LEASED,
    ),
    Call("match_uidls", (NO_FETCHER,), "SELECT * FROM match_uidls(<mailboxes.imap>, 'holder', '{}')", before=LEASED),
    Call(
        "note_mailbox_health",
        (NO_FETCHER,),
        "SELECT note_mailbox_health(<mailboxes.imap>, 'holder', 'refused')",
        before=LEASED,
    ),
    Call("note_neglected_mailboxes", (NOBODY,), "SELECT note_neglected_mailboxes()", before=_NEGLECTED),
    Call("read_cursor", (NO_FETCHER,), "SELECT * FROM read_cursor(<mailboxes.imap>, 'holder', 'INBOX')", before=LEASED),
    Call(
        "note_fetching",
        (NO_FETCHER,),
        "SELECT note_fetching(<mailboxes.imap>, 'holder', 1.5, now(), 1, 1)",
        before=LEASED,
    ),
    Call(
        "note_survey",
        (NO_FETCHER,),
        "SELECT note_survey(<mailboxes.imap>, 'holder', 'INBOX', 1, '{[3,4)}', now())",
        before=LEASED,
    ),
    Call(
        "renew_mailboxes",
        (NO_FETCHER,),
        "SELECT * FROM renew_mailboxes(ARRAY[<mailboxes.imap>]::uuid[], ARRAY['holder'], '1 minute')",
        before=LEASED,
    ),
    Call("release_mailbox", (NO_FETCHER,), "SELECT release_mailbox(<mailboxes.imap>, 'holder')", before=LEASED),
    Call(
        "store_access_token",
        (NO_FETCHER,),
        "SELECT store_access_token(<mailboxes.imap>, 'holder', 'oauth_access', repeat('x', 40)::bytea, 'k', now())",
        before=LEASED,
    ),
    Call(
        "note_door_limit",
        (NOBODY, NO_GATEWAY),
        "SELECT note_door_limit('email', 'them@example.test', 'connection', 9, 60, NULL, 'too often')",
    ),
    Call(
        "note_repeats",
        (NO_GATEWAY, NO_FETCHER),
        "SELECT note_repeats(ARRAY[<no.one>]::uuid[], ARRAY[<mailboxes>]::uuid[], ARRAY[digest])"
        " FROM (VALUES (CAST(<raw_mail.digest> AS bytea))) AS known (digest)",
    ),
    Call("offer_partnership", (SYSTEM, ADMIN), "SELECT offer_partnership('base-b')"),
    *DUE,
    Call("our_addresses", (SYSTEM, AGENT), "SELECT our_addresses(ARRAY[<receiving_addresses.address>])"),
    Call("postern_metrics", (NOBODY, NO_GATEWAY, NO_FETCHER), "SELECT name, value > 0 FROM postern_metrics()"),
    Call(
        "refresh_ticket_stats",
        (SYSTEM,),
        "SELECT a.title, a.stage_name, a.workflow_name, a.comment_count, a.attachment_count, s.stage_name, s.stay_count"
        " FROM agent_tickets_seen a JOIN workflow_stage_stats_seen s ON s.stage_id = a.current_stage_id ORDER BY a.id",
        before="SET LOCAL ROLE postern_app; SELECT refresh_ticket_stats(); RESET ROLE",
    ),
    Call("refresh_ticket_stats", (NOBODY,), "SELECT refresh_ticket_stats()"),
    Call("release_address", (ADMIN,), "SELECT release_address(<mailboxes>)"),
    Call("resolve_address", (NO_GATEWAY,), "SELECT * FROM resolve_address(<receiving_addresses.address>)"),
    Call("waiting_outgoing", (NOBODY,), "SELECT * FROM waiting_outgoing(10)"),
    Call("waiting_raw_mail", (NOBODY,), "SELECT * FROM waiting_raw_mail(10)"),
    Call("webhooks_due", (NOBODY,), "SELECT * FROM webhooks_due(10)"),
    Call("withdraw_partnership", (ADMIN,), "SELECT withdraw_partnership('base-c')"),
    Call(
        "the doors themselves",
        (NO_GATEWAY, NO_FETCHER),
        "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
        " VALUES (<no.one>, <organizations>, <mailboxes>, 'another', 'x', 1, '', '{}', 'esmtp')",
    ),
    Call(
        "install_defaults",  # as a migration calls it for organizations that are there already
        (Context("owner in D", login="postern_owner", world=D),),
        "SELECT install_defaults(<organizations of D>)",
    ),
    Call(
        "provision_organization",
        (Context("system of a new one", world=E, role="system"),),
        "INSERT INTO organizations (id, name, slug, ticket_prefix) VALUES (<organizations of E>, 'N', 'new', 'NEW')",
    ),
)
