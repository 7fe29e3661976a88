"""Calls with something that is A's and something that nobody has, by those for whom both must be the same."""

from dataclasses import dataclass

from tests.migrations.isolation.calls import (
    ADMIN,
    ADMIN_OF_B,
    AGENT,
    AGENT_OF_C,
    CUSTOMER,
    FETCHER,
    FOREIGN,
    GUEST,
    ISOLATED,
    NO_FETCHER,
    NOBODY,
    OTHER,
    SYSTEM,
    SYSTEM_OF_C,
)
from tests.migrations.isolation.contexts import Context
from tests.migrations.isolation.prepared import PARTED

_PATCH = "'patch', jsonb_build_object('title', 'Another', 'priority', 'high')"
_UPDATES = f"SELECT * FROM update_tickets(jsonb_build_array(jsonb_build_object('ticket_id', <it>, {_PATCH})))"
_FIELD = "<field_definitions>"
_ASK_FOR = "SELECT ask_verification('new@example.test', sha256('new'), NULL, <it>)"
_NO_DIGEST = "'" + chr(92) + "x00'"
_CHANGE_ROLE = "SELECT change_role(<it>, 'agent')"
_DETAILS = "SELECT get_ticket_details(<it>)::text"
_OWN = "SELECT * FROM create_tickets(jsonb_build_array(jsonb_build_object('title', 'Mine', {said})))"
_CHANGE = (
    "SELECT * FROM update_tickets(jsonb_build_array(jsonb_build_object('ticket_id', <tickets of C>,"
    " 'patch', jsonb_build_object('{key}', <it>))))"
)
BY_NOBODY = (NOBODY, SYSTEM_OF_C, AGENT_OF_C)
INSIDE = (ISOLATED, CUSTOMER, OTHER, FOREIGN)


@dataclass(frozen=True, slots=True)
class Strange:
    """A call whose `<it>` is first `there`, which A has, and then `nowhere`; one that `writes` may do its own work."""

    function: str
    contexts: tuple[Context, ...]
    statement: str
    there: str
    nowhere: str = "<no.one>"
    writes: bool = False


def _created(key: str, there: str) -> Strange:
    """A ticket of C's that is to start with something of A's."""
    own = {"id": "<tickets.untaken of C>", "requester_id": "<profiles.customer of C>", key: "<it>"}
    said = ", ".join(f"'{name}', {value}" for name, value in own.items())
    return Strange("create_tickets", (SYSTEM_OF_C,), _OWN.format(said=said), there, writes=True)


def _patched(key: str, there: str) -> Strange:
    """A ticket of C's that is to get something of A's."""
    return Strange("update_tickets", (SYSTEM_OF_C,), _CHANGE.format(key=key), there, writes=True)


_PARTS = {
    "requester_id": "<profiles.customer>",
    "assigned_to": "<profiles.agent>",
    "workflow_id": "<workflows.spare>",
    "stage_id": "<workflow_stages.resolved>",
    "department_id": "<departments>",
    "request_type_id": "<request_types>",
    "category_id": "<categories>",
    "event_id": "<events>",
    "mailbox_id": "<mailboxes>",
    "merged_into_id": "<tickets.other>",
    "assigned_org_id": "<organizations of B>",  # which is no partner of C
}
_ONLY_AT_FIRST = {"requester_id", "mailbox_id"}
_ONLY_LATER = {"merged_into_id"}


def _leased(statement: str) -> Strange:
    """What only the holder of a mailbox's lease may do."""
    return Strange(statement.partition("(")[0], (NO_FETCHER, FETCHER), f"SELECT * FROM {statement}", "<mailboxes.imap>")


STRANGE = (
    Strange("update_tickets", (*BY_NOBODY, *INSIDE), _UPDATES, "<tickets>"),
    Strange("update_tickets", (CUSTOMER, GUEST, FOREIGN), _UPDATES, "<tickets.other>"),
    Strange("update_ticket", BY_NOBODY, 'SELECT * FROM update_ticket(<it>, \'{"title": "Another"}\')', "<tickets>"),
    Strange(
        "create_ticket",
        (NOBODY,),
        "SELECT * FROM create_ticket(jsonb_build_object('id', <no.one>, 'title', 'Mine', 'requester_id', <it>))",
        "<profiles.customer>",
    ),
    Strange(
        "create_tickets",  # in a customer's own name only
        (CUSTOMER, OTHER, GUEST),
        _OWN.format(said="'id', <tickets.untaken>, 'requester_id', <it>"),
        "<profiles.isolated>",
    ),
    *(_created(key, there) for key, there in {"id": "<tickets>", **_PARTS}.items() if key not in _ONLY_LATER),
    *(_patched(key, there) for key, there in _PARTS.items() if key not in _ONLY_AT_FIRST),
    Strange(
        "claim_address",
        (AGENT, CUSTOMER, GUEST, NOBODY),  # admins are told that an address cannot be used
        "SELECT claim_address(<mailboxes.untaken>, <it>)",
        "<receiving_addresses.address>",
        "'not-an-address-of-anybody'",
    ),
    Strange("claim_address", (SYSTEM_OF_C, NOBODY), "SELECT claim_address(<it>, 'new@example.test')", "<mailboxes>"),
    Strange("release_address", (SYSTEM_OF_C, AGENT, NOBODY), "SELECT release_address(<it>)", "<mailboxes>"),
    Strange(
        "our_addresses",
        (*BY_NOBODY, ADMIN_OF_B),
        "SELECT our_addresses(ARRAY[<it>])",
        "<receiving_addresses.address>",
        "'nobody@example.test'",
    ),
    Strange("search_tickets", BY_NOBODY, "SELECT * FROM search_tickets(<it>)", "<tickets.title>", "'nobodysword'"),
    Strange("search_articles", BY_NOBODY, "SELECT * FROM search_articles(<it>)", "<articles.title>", "'nobodysword'"),
    Strange(
        "search_excerpt", (*BY_NOBODY, ISOLATED, OTHER, FOREIGN), "SELECT search_excerpt(<it>, 'text')", "<tickets>"
    ),
    Strange("part_ticket", (*BY_NOBODY, *INSIDE, AGENT), PARTED.format(it="<it>"), "<tickets>"),
    Strange("cut_tickets", (*BY_NOBODY, *INSIDE, AGENT), "SELECT cut_tickets(ARRAY[<it>]::uuid[], NULL)", "<tickets>"),
    Strange("redact_ticket", (*BY_NOBODY, *INSIDE, AGENT), "SELECT redact_ticket(<it>, '{words}')", "<tickets>"),
    Strange("erase_person", (*BY_NOBODY, *INSIDE, AGENT), "SELECT erase_person(<it>)", "<profiles>"),
    Strange("note_export", (*BY_NOBODY, *INSIDE, AGENT), "SELECT note_export(<it>)", "<profiles>"),
    Strange("empty_mails", (*BY_NOBODY, *INSIDE), "SELECT empty_mails(ARRAY[<it>]::uuid[])", "<raw_mail>"),
    Strange("is_partner", (NOBODY, ADMIN_OF_B), "SELECT is_partner(<it>)", "<organizations>"),
    Strange(
        "add_guest",
        (NOBODY, AGENT_OF_C, ADMIN_OF_B, CUSTOMER, ISOLATED),
        "SELECT add_guest(<organizations>, <it>)",
        "<profiles.agent>",
    ),
    Strange("add_guest", (SYSTEM_OF_C,), "SELECT add_guest(<organizations>, <it>)", "<profiles.customer>"),
    Strange(
        "offer_partnership", (ADMIN,), "SELECT offer_partnership(<it>)", "'base-b'", "'nobody-has-this'", writes=True
    ),
    Strange(
        "offer_partnership", (AGENT, CUSTOMER, GUEST, NOBODY), "SELECT offer_partnership(<it>)", "'base-b'", "'nobody'"
    ),
    Strange(
        "withdraw_partnership",
        (AGENT, CUSTOMER, GUEST, NOBODY),
        "SELECT withdraw_partnership(<it>)",
        "'base-c'",
        "'nobody'",
    ),
    _leased("mailbox_login(<it>, 'holder')"),
    _leased("read_cursor(<it>, 'holder', 'INBOX')"),
    _leased("advance_cursor(<it>, 'holder', 'INBOX', 1, 9, '{[1,9]}')"),
    _leased("note_uidls(<it>, 'holder', '{one}', '{1}')"),
    _leased("match_uidls(<it>, 'holder', '{one}')"),
    _leased("note_mailbox_health(<it>, 'holder', 'refused')"),
    _leased("note_fetching(<it>, 'holder', 1.5, now(), 1, 1)"),
    _leased("note_survey(<it>, 'holder', 'INBOX', 1, '{[3,4)}', now())"),
    _leased("release_mailbox(<it>, 'holder')"),
    _leased("renew_mailboxes(ARRAY[<it>]::uuid[], ARRAY['holder'], '1 minute')"),
    _leased("store_access_token(<it>, 'holder', 'oauth_access', repeat('x', 40)::bytea, 'k', now())"),
    Strange(
        "lift_door_limit",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT lift_door_limit('email', <it>, 'connection')",
        "<door_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange(
        "note_door_limit",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT note_door_limit('email', <it>, 'connection', 9, 60, NULL, 'too often')",
        "<door_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange(
        "list_partners",
        (NOBODY, CUSTOMER, GUEST),
        "SELECT * FROM list_partners() WHERE id = <it>",
        "<organizations of C>",
    ),
    Strange(
        "list_routed_tickets",
        (NOBODY, ADMIN_OF_B, GUEST, CUSTOMER),
        "SELECT * FROM list_routed_tickets() WHERE ticket_id = <it>",
        "<tickets>",
    ),
    Strange(
        "accept_invite",
        (NOBODY, SYSTEM, SYSTEM_OF_C),
        "SELECT accept_invite(<organizations>, CAST(<it> AS bytea), <no.one>)",
        "<org_invites.digest>",
        _NO_DIGEST,
    ),
    Strange("change_role", (NOBODY, SYSTEM_OF_C, AGENT, CUSTOMER, GUEST), _CHANGE_ROLE, "<profiles.customer>"),
    Strange(
        "create_account",
        (SYSTEM, ADMIN, CUSTOMER),  # who acts for no organization is told that a login is there
        "SELECT create_account(<it>, 'A', 'hash')",
        "<accounts.email>",
        "'nobody@example.test'",
    ),
    Strange(
        "create_admin_code",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT create_admin_code(CAST(<it> AS bytea), now())",
        "<admin_invite_codes.digest>",
        _NO_DIGEST,
    ),
    Strange(
        "delete_user",
        (AGENT, CUSTOMER, GUEST, NOBODY),
        "SELECT delete_user(<it>)",
        "'agent@example.test'",
        "'nobody@example.test'",
    ),
    Strange(
        "found_organization",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT found_organization(<accounts>, 'X', <it>, 'X')",
        "<organizations.slug>",
        "'nobody-has-this'",
    ),
    Strange(
        "use_admin_code",
        (NOBODY, SYSTEM, SYSTEM_OF_C),
        "SELECT use_admin_code(CAST(<it> AS bytea), <accounts>, <organizations>)",
        "<admin_invite_codes.digest>",
        _NO_DIGEST,
    ),
    Strange(
        "answer_verification",
        (NOBODY, ADMIN, AGENT, CUSTOMER, SYSTEM_OF_C),
        "SELECT * FROM answer_verification('base@example.test', CAST(<it> AS bytea))",
        "<email_verification_tokens.token_digest>",
        _NO_DIGEST,
        writes=True,
    ),
    Strange(
        "ask_verification",
        (NOBODY, ADMIN, AGENT, CUSTOMER),
        "SELECT ask_verification('new@example.test', CAST(<it> AS bytea), NULL, NULL)",
        "<email_verification_tokens.token_digest>",
        _NO_DIGEST,
    ),
    Strange("ask_verification", (SYSTEM_OF_C,), _ASK_FOR, "<raw_mail>", writes=True),
    Strange(
        "chat_to_ticket",
        (*BY_NOBODY, ISOLATED, CUSTOMER, OTHER, GUEST),
        "SELECT chat_to_ticket(<it>, 'Mine')",
        "<chat_sessions>",
    ),
    Strange(
        "limited_until",
        (NOBODY, AGENT, CUSTOMER, GUEST),
        "SELECT limited_until('email', <it>, 'connection')",
        "<rate_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange(
        "note_rate_limit",
        (NOBODY, ADMIN, AGENT, CUSTOMER),
        "SELECT note_rate_limit('email', <it>, 'connection', 9, 60, NULL, 'too often')",
        "<rate_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange("shown_fields", BY_NOBODY, "SELECT key FROM shown_fields('ticket', <it>, '{}') WHERE id = <it>", _FIELD),
    Strange("get_stage_hooks", BY_NOBODY, "SELECT * FROM get_stage_hooks(<it>)", "<workflow_stages.resolved>"),
    Strange("get_stage_hooks", (CUSTOMER, GUEST), "SELECT * FROM get_stage_hooks(<it>)", "<workflow_stages.resolved>"),
    Strange("get_ticket_details", (*BY_NOBODY, ISOLATED, OTHER, FOREIGN), _DETAILS, "<tickets>"),
    Strange("get_ticket_details", (CUSTOMER, GUEST, FOREIGN), _DETAILS, "<tickets.other>"),
    Strange("get_workflow_stages", BY_NOBODY, "SELECT * FROM get_workflow_stages(<it>)", "<workflows>"),
    Strange("is_admin", (NOBODY, AGENT_OF_C), "SELECT is_admin() AND <it> IS NOT NULL", "<profiles.admin>"),
    Strange(
        "list_org_tickets",
        (*BY_NOBODY, FOREIGN),
        "SELECT list_org_tickets(jsonb_build_object('requester', <it>))::text",
        "<profiles.customer>",
    ),
    Strange("acting_profile", BY_NOBODY, "SELECT acting_profile() = <it>", "<profiles.system>"),
)
